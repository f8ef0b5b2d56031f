"""Where the tables hang. Sources: the RFCs named beside, and Cisco's MIBs as its SNMP Object Navigator prints them."""

from __future__ import annotations

from iccc.lab.snmp.ber import Oid

MIB2: Oid = (1, 3, 6, 1, 2, 1)
CISCO: Oid = (1, 3, 6, 1, 4, 1, 9)
SYSTEM = (*MIB2, 1)  # RFC 3418
INTERFACES = (*MIB2, 2)  # RFC 2863 ifTable
IFX = (*MIB2, 31, 1, 1, 1)  # ifXTable
MEDIA = (*MIB2, 4, 22, 1)  # RFC 4293 ipNetToMediaTable
ETHERLIKE = (*MIB2, 10, 7, 2, 1)  # RFC 3635 dot3StatsTable
BRIDGE = (*MIB2, 17)  # RFC 4188
Q_BRIDGE = (*BRIDGE, 7, 1)  # RFC 4363
UPS = (*MIB2, 33, 1)  # RFC 1628
ENTITY = (*MIB2, 47, 1, 1, 1, 1)  # RFC 6933 entPhysicalTable
ENTITY_ALIAS = (*MIB2, 47, 1, 3, 2, 1, 2)  # entAliasMappingIdentifier
PSE_PORT = (*MIB2, 105, 1, 1, 1)  # RFC 3621
PSE_MAIN = (*MIB2, 105, 1, 3, 1, 1)
LLDP: Oid = (1, 0, 8802, 1, 1, 2, 1)  # IEEE 802.1AB-2005
CONFIG_HISTORY = (*CISCO, 9, 43, 1, 1)  # CISCO-CONFIG-MAN-MIB
VTP_VLAN = (*CISCO, 9, 46, 1, 3, 1, 1)
VTP_TRUNK = (*CISCO, 9, 46, 1, 6, 1, 1)
VM_MEMBER = (*CISCO, 9, 68, 1, 2, 2, 1)
SENSOR = (*CISCO, 9, 91, 1, 1, 1, 1)  # CISCO-ENTITY-SENSOR-MIB entSensorValueTable
SENSOR_THRESHOLD = (*CISCO, 9, 91, 1, 2, 1, 1)
NTP_STATUS = (*CISCO, 9, 168, 1, 1, 11, 0)  # CISCO-NTP-MIB cntpSysSrvStatus
PSE_PORT_CISCO = (*CISCO, 9, 402, 1, 2, 1)  # CISCO-POWER-ETHERNET-EXT-MIB cpeExtPsePortTable

UP_TIME = (*SYSTEM, 3, 0)
IF_NUMBER = (*INTERFACES, 1, 0)
IF_ENTRY = (*INTERFACES, 2, 1)
ALIAS = (*IFX, 18)

UP, DOWN = 1, 2
TRUE, FALSE = 1, 2
