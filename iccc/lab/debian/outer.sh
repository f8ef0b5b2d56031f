#!/bin/bash
# In fresh user, mount, network and PID namespaces: the network that lab hosts and simulated devices share, then the hosts.
# Usage: outer.sh FOLDER NETWORK OPERATOR; FOLDER has root (image), packages, hosts (lines "name address/length
# gateway"), array_size, authorized_keys, and for each host NAME/host_key and perhaps NAME/no-array.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
folder=$1 network=$2 operator=$3 here=$(dirname "$0")
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/netns /run/cgroup
mount -t cgroup2 cgroup2 /run/cgroup
mkdir -p /run/cgroup/control
echo 0 >/run/cgroup/control/cgroup.procs  # the delegated group itself has to be empty

# Every declared address is this machine's, except those of the hosts, which are looked up first.
ip rule add pref 10 table 10
ip rule add pref 20 table local
ip rule del pref 0
ip link set lo up
ip address add "$operator/32" dev lo
ip route add local "$network" dev lo src "$operator"
ip link add hosts type bridge
ip link set hosts up
# Between the networks of hosts; they are all on one bridge, and told to keep to their gateways.
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects
echo 0 >/proc/sys/net/ipv4/conf/hosts/send_redirects

number=0
while read -r name address gateway; do
    number=$((number + 1))
    ip netns add "$name"
    ip address replace "$gateway/32" dev hosts
    ip link add "port$number" type veth peer name host0 netns "$name"
    ip link set "port$number" master hosts up
    ip route add "${address%/*}/32" dev hosts src "$operator" table 10
    ip -n "$name" link set lo up
    ip -n "$name" address add "$address" dev host0
    ip -n "$name" link set host0 up
    ip -n "$name" route add default via "$gateway" dev host0 onlink
    mkdir -p "/run/cgroup/$name" "$folder/$name/array"
    # The disks that somebody has put in and formatted; they outlive a power cut of the host.
    [ -e "$folder/$name/no-array" ] || mount -t tmpfs -o "size=$(cat "$folder/array_size")" recordings "$folder/$name/array"
done <"$folder/hosts"

# A host that powers itself off, or is cut off by a SIGKILL to its first process, stays off until "on NAME" is read.
on() {
    mkdir -p "$folder/$1/over" "$folder/$1/work" "$folder/$1/root"
    bash -c 'echo 0 >"/run/cgroup/$1/cgroup.procs"; shift; exec "$@"' sh "$1" \
        nsenter --net="/run/netns/$1" unshare --mount --pid --fork --cgroup --uts --ipc --kill-child \
        bash "$here/host.sh" "$folder" "$1" >>"$folder/$1/log" 2>&1 &
}
while read -r name _; do on "$name"; done <"$folder/hosts"
echo ready
while read -r word name; do
    case $word in
        on) on "$name" ;;
        off) echo 1 >"/run/cgroup/$name/cgroup.kill" ;;
    esac
    echo done
done  # ends with whoever holds the other end of the pipe
