#!/bin/bash
# One lab host, already in namespaces of its own: its root file system, and then systemd.
# Usage: host.sh FOLDER NAME. FOLDER/NAME keeps what the host writes (over, array) for its next start.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
folder=$1 name=$2 own=$1/$2 root=$1/$2/root
mount -t overlay overlay -o "lowerdir=$folder/image,upperdir=$own/over,workdir=$own/work,userxattr" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"  # read-only tells systemd that devices are not its own
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir -p "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mkdir -p "$root/srv/packages" "$root/srv/recordings"
mount --bind "$folder/packages" "$root/srv/packages"
mount -o remount,bind,ro "$root/srv/packages"
[ -e "$own/no-array" ] || mount --bind "$own/array" "$root/srv/recordings"
echo "$name" >"$root/etc/hostname"
hostname "$name"
printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$name" >"$root/etc/hosts"
mkdir -p "$root/home/iccc/.ssh"
cp "$folder/authorized_keys" "$root/home/iccc/.ssh/authorized_keys"
chown -R 1000:1000 "$root/home/iccc"
chmod 700 "$root/home/iccc/.ssh"
install -m 600 "$own/host_key" "$root/etc/ssh/ssh_host_ed25519_key"
cd "$root"
pivot_root . mnt
umount -l /mnt
exec env -i container=lab PATH="$PATH" /sbin/init
