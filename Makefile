# Two commands on a fresh machine: `make demo` and `make test`. Everything else is for people who work on iccc.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

export ICCC_LOOPBACK_ONLY := 1
unexport PYTHONDONTWRITEBYTECODE  # some machines set it: every iccc that a test starts would compile all anew

.PHONY: setup demo test lint test-long test-foreign test-hosts test-recorded test-pysnmp bench docs lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)
	$(BIN)/python -m tests.demo

test: $(READY) lint
	$(BIN)/python -m tests.run

test-long: $(READY)  ## the long campaigns: more kills, more pairs
	ICCC_LONG=1 $(BIN)/python -m pytest -m long --timeout=1800

# Each with a lab of its own, which mostly waits: for recordings, timers, packets.
SERVERS := $(addprefix tests/hosts/test_,$(addsuffix .py,failover fault_campaign recording_servers servers verify_servers))

test-hosts: $(READY)  ## a real switch and real recording servers in namespaces; as root, skipped with the reason where that is denied
	$(BIN)/python -m pytest -m hosts -n 2 --dist loadfile --timeout=900 $(SERVERS)
	$(BIN)/python -m pytest -m hosts --timeout=600 $(addprefix --ignore=,$(SERVERS)) tests/hosts

test-foreign: $(READY)  ## four foreign ONVIF clients and FFmpeg at the lab's cameras, ours at a foreign server, sipp and baresip as SIP peers; needs npm
	$(BIN)/python -m tests.foreign_onvif.environments
	$(BIN)/python -m pytest -m foreign tests/foreign_onvif tests/foreign_rtsp tests/foreign_sip

test-recorded: $(READY)  ## recordings of real switches, served by snmpsim in an environment of its own; part of test-long
	$(BIN)/python -m pytest -m long --timeout=600 tests/mib

test-pysnmp: .venv-pysnmp/.ready  ## the tests that read SNMP, without gufo-snmp
	ICCC_SNMP_READER=pysnmp .venv-pysnmp/bin/python -m pytest tests/sessions tests/mib tests/switch/test_driver.py tests/ups tests/guard

.venv-pysnmp/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv-pysnmp
	awk '/^gufo-snmp==/ {skip = 1; next} /^[^ ]/ {skip = 0} !skip' requirements.lock > .venv-pysnmp/requirements.lock
	.venv-pysnmp/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv-pysnmp/requirements.lock
	.venv-pysnmp/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(READY)
	$(BIN)/python -m tests.bench

docs: $(READY)  ## docs/cli.md, docs/rules.md and docs/schema anew
	$(BIN)/python -m tests.docs.generate_cli
	$(BIN)/python -m tests.docs.generate_rules
	$(BIN)/iccc schema -o docs/schema

lock:  ## refresh the pinned versions and their hashes (needs uv and npm)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --all-extras pyproject.toml -o requirements.lock
	for peer in hier_config annet nornir ansible onvif_zeep_async; do \
	    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header tests/peers/$$peer.in -o tests/peers/$$peer.lock; \
	done
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header tests/mib/snmpsim.in -o tests/mib/snmpsim.lock
	for foreign in onveef onvif_python ipycam; do \
	    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header tests/foreign_onvif/$$foreign.in -o tests/foreign_onvif/$$foreign.lock; \
	done
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header tests/foreign_rtsp/opencv.in -o tests/foreign_rtsp/opencv.lock
	cd tests/foreign_onvif/npm && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean:
	rm -rf $(VENV) .venv-peers .venv-snmpsim .venv-foreign .venv-pysnmp out state
