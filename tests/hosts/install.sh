#!/usr/bin/env bash
# Installs the Debian packages that tests/hosts, foreign SNMP clients, foreign SIP peers and the checks of configurations need and that are missing; none of their services is started.
set -euo pipefail

packages=(openvswitch-switch lldpd snmpd snmp snmptrapd iproute2 iputils-ping ethtool util-linux mmdebstrap uidmap openssh-client sip-tester baresip-core prometheus prometheus-alertmanager rsyslog)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
((${#missing[@]})) || exit 0

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then  # the tests start daemons of their own; the machine's stay off
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
fi
install=(apt-get install -y -qq --no-install-recommends "${missing[@]}")
export DEBIAN_FRONTEND=noninteractive
"${install[@]}" || { apt-get update -qq && "${install[@]}"; }
