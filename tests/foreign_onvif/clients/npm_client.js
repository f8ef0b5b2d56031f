// npm onvif, over the same line as talk.py. Media2 where the camera offers it, else Media v1.
'use strict';

const readline = require('readline');
const {Cam} = require('onvif');

const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

// A method of the client that takes a callback, as a promise.
const ask = (cam, method, ...options) =>
	new Promise((resolve, reject) => cam[method](...options, (error, value) => (error ? reject(error) : resolve(value))));

const connected = (device) =>
	new Promise((resolve, reject) => {
		const {host, port, user, password, digest} = device;
		const options = {hostname: host, port, username: user, password, useWSSecurity: !digest, timeout: 10000};
		const cam = new Cam(options, (error) => (error ? reject(error) : resolve(cam)));
		cam.on('error', reject);
	});

const shown = (one) => ({
	codec: one.encoding,
	width_px: one.resolution.width,
	height_px: one.resolution.height,
	fps: one.rateControl.frameRateLimit,
	bitrate_kbps: one.rateControl.bitrateLimit,
	gop: one.$ && one.$.GovLength !== undefined ? Number(one.$.GovLength) : (one[one.encoding] || {}).govLength,
});

async function parts(device) {
	const cam = await connected(device);
	const setEncoder = async (wanted) => {
		const all = list(await ask(cam, 'getVideoEncoderConfigurations'));
		const old = all.find((one) => one.$.token === wanted.token);
		old.encoding = wanted.codec;
		old.resolution = {width: wanted.width_px, height: wanted.height_px};
		Object.assign(old.rateControl, {frameRateLimit: wanted.fps, bitrateLimit: wanted.bitrate_kbps});
		if (cam.media2Support) old.$.GovLength = wanted.gop;
		else old.H264.govLength = wanted.gop;
		await ask(cam, 'setVideoEncoderConfiguration', old);
	};
	const texts = async () =>
		list((await ask(cam, 'getOSDs')).getOSDsResponse.OSDs).filter((one) => one && one.textString.type === 'Plain');
	return {
		identity: async () => {
			const told = await ask(cam, 'getDeviceInformation');
			return {
				manufacturer: told.manufacturer,
				model: told.model,
				firmware: told.firmwareVersion,
				serial: told.serialNumber,
				hardware_id: told.hardwareId,
			};
		},
		hostname: async () => (await ask(cam, 'getHostname')).name,
		ntp: async () => list((await ask(cam, 'getNTP')).NTPManual).map((one) => one.IPv4Address),
		scopes: async () => list(await ask(cam, 'getScopes')).map((one) => one.scopeItem),
		users: async () => Object.fromEntries(list(await ask(cam, 'getUsers')).map((one) => [one.username, one.userLevel])),
		protocols: async () =>
			Object.fromEntries(
				list((await ask(cam, 'getNetworkProtocols')).networkProtocols).map((one) => [one.name, [one.enabled, one.port]])
			),
		encoders: async () =>
			Object.fromEntries(list(await ask(cam, 'getVideoEncoderConfigurations')).map((one) => [one.$.token, shown(one)])),
		stream_uris: async () => {
			const found = {};
			for (const profile of list(await ask(cam, 'getProfiles'))) {
				const token = profile.$.token;
				found[token] = (await ask(cam, 'getStreamUri', {protocol: 'RTSP', profileToken: token})).uri;
			}
			return found;
		},
		osd: async () => (await texts()).map((one) => one.textString.plainText),
		imaging: async () => {
			const told = await ask(cam, 'getImagingSettings');
			return {
				brightness: told.brightness,
				contrast: told.contrast,
				ir_cut_filter: told.irCutFilter === undefined ? null : told.irCutFilter,
				wide_dynamic_range: told.wideDynamicRange.mode,
			};
		},
		presets: async () =>
			Object.fromEntries(Object.values(await ask(cam, 'getPresets', {})).map((one) => [one.$.token, one.name])),
		set_brightness: async (value) =>
			ask(cam, 'setImagingSettings', {...(await ask(cam, 'getImagingSettings')), brightness: value}),
		set_preset: (name) => ask(cam, 'setPreset', {presetName: name}),
		set_ntp: (servers) =>
			ask(cam, 'setNTP', {fromDHCP: false, NTPManual: servers.map((one) => ({type: 'IPv4', IPv4Address: one}))}),
		set_clock: (zone) =>
			ask(cam, 'setSystemDateAndTime', {dateTimeType: 'NTP', daylightSavings: false, timezone: zone}),
		set_scopes: (scopes) => ask(cam, 'setScopes', scopes),
		set_user: (user) => ask(cam, 'createUsers', [{username: user.name, password: user.password, userLevel: user.level}]),
		set_encoder: setEncoder,
		set_encoder_media2: cam.media2Support ? setEncoder : undefined,
		set_osd: async (text) => {
			const [old] = await texts();
			await ask(cam, 'setOSD', {OSDToken: old.$.token, position: old.position.type, plaintext: text});
		},
	};
}

async function answer(line) {
	const asked = JSON.parse(line);
	const said = (error) => ({error: String((error && error.message) || error)});
	let table;
	try {
		table = await parts(asked.device);
	} catch (error) {
		return Object.fromEntries(asked.parts.map(([name]) => [name, said(error)]));
	}
	const found = {};
	for (const [name, argument] of asked.parts) {
		if (!table[name]) found[name] = {offered: false};
		else {
			try {
				const value = await table[name](argument);
				found[name] = {value: value === undefined ? null : value};
			} catch (error) {
				found[name] = said(error);
			}
		}
	}
	return found;
}

(async () => {
	for await (const line of readline.createInterface({input: process.stdin})) {
		process.stdout.write(JSON.stringify(await answer(line)) + '\n');
	}
})();
