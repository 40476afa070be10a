import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {leavesNothingAsync} from '#observe/testing';
import {testEngine} from '../../toolkit/17-engine/testing.ts';
import {stringsOf} from '../app/strings/strings.ts';
import {lineText} from '../app/text/line.ts';
import type {Chart} from './chart.ts';
import {drawMap} from './map.ts';

const needsRoot = {skip: process.getuid?.() === 0 ? false : 'needs root'};

const engine = testEngine();
after(engine.destroy);

async function look(...args: readonly string[]): Promise<Chart> {
	const {stdout, stderr, code} = await engine.drydock('map', '--json', ...args);
	assert.equal(code, 0, stderr);
	return JSON.parse(stdout) as Chart;
}

test('createGatherer() knows a container’s name, ports and files, and the map shows all of it', needsRoot, async () => {
	await leavesNothingAsync(
		async () => {
			const script = 'echo hi > /etc/motd; rm /etc/debian_version; touch /root/new; echo ready; exec sleep 100';
			const options = ['--memory', '64m', '--pids-limit', '20', '-p', '127.0.0.1::80'];
			const started = await engine.drydock('run', '-d', '--name', 'mapped', ...options, 'host', 'sh', '-c', script);
			assert.equal(started.code, 0, started.stderr);
			while (!(await engine.drydock('logs', 'mapped')).stdout.includes('ready'));
			const since = await look();
			const container = since.containers.find(({name}) => name === 'mapped');
			assert.equal(container?.ports[0]?.containerPort, 80);
			assert.deepEqual(
				container?.layers?.changes
					.filter(({path}) => !path.startsWith('/dev'))
					.map(({kind, path}) => `${kind} ${path}`),
				['D /etc/debian_version', 'C /etc/motd', 'A /root/new'],
			);
			const subjects = [{name: 'mapped', pid: container?.pid}];
			const draw = (now: Chart, before?: Chart) =>
				drawMap({now, since: before, subjects, strings: stringsOf('en'), width: 160})
					.map(lineText)
					.join('\n');
			const drawn = draw(since);
			assert.match(drawn, /── Processes ─.* mapped ──/);
			assert.match(drawn, new RegExp(`^ {2}${container!.pid} .*─ sleep 100`, 'm'));
			assert.match(drawn, /│ {3}1 +sleep 100$/m);
			assert.match(drawn, /memory +░.* of 64\.0 MiB/);
			assert.match(drawn, /pids +.* 1 of 20/);
			assert.match(drawn, /sees itself at \//);
			assert.match(
				drawn,
				new RegExp(`127\\.0\\.0\\.1:${container!.ports[0]!.hostPort}/tcp → 172\\.\\d+\\.\\d+\\.\\d+:80`),
			);
			assert.match(drawn, /└─ dd[0-9a-f]{12} ═+╪═+╪═ {2}eth0 {2}172\./);
			assert.match(drawn, /− \/etc\/debian_version +deleted/);
			assert.match(drawn, /\/etc\/hosts +\S+ +rw private +← \//);
			await engine.drydock('exec', 'mapped', 'sh', '-c', 'rm /root/new; touch /root/later');
			const later = draw(await look(), since);
			assert.match(later, /^\+ {3}\+ \/root\/later +added/m);
			assert.match(later, /^− {3}\+ \/root\/new +added/m);
			assert.equal((await engine.drydock('rm', '-f', 'mapped')).code, 0);
			assert.match(draw(await look(), since), /^− mapped has ended/m);
		},
		{mine: line => line.includes('mapped')},
	);
});
