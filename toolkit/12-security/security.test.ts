import assert from 'node:assert/strict';
import {test} from 'node:test';
import {capabilitiesIn, capabilityMask} from '#kernel/capability';
import {needsRoot} from '#kernel/testing';
import {defaultCapabilities, securitySteps} from '#security';
import {inChild} from '#security/testing';

/** What a program started after the steps says of itself. */
type Status = Readonly<Record<string, string>>;

const ownSets = `status(run('/bin/cat', '/proc/self/status').stdout)`;
const hex = (names: Parameters<typeof capabilityMask>[0]): string =>
	capabilityMask(names).toString(16).padStart(16, '0');
const none = hex([]);

test('securitySteps() gives root docker’s set and nothing to inherit', needsRoot, () => {
	const sets = inChild(`
		apply({process: {user: {uid: 0, gid: 0, umask: 0o27}, capabilities: capabilitySets({})}});
		return {...${ownSets}, umask: run('/bin/sh', '-c', 'umask').stdout.trim()};
	`) as Status;
	assert.equal(sets.CapBnd, hex(defaultCapabilities));
	assert.equal(sets.CapPrm, hex(defaultCapabilities));
	assert.equal(sets.CapEff, hex(defaultCapabilities));
	assert.equal(sets.CapInh, none);
	assert.equal(sets.CapAmb, none);
	assert.equal(sets.NoNewPrivs, '0');
	assert.equal(sets.Groups?.trim(), '');
	assert.equal(sets.umask, '0027');
});

test('securitySteps() gives an ordinary user the bound alone, before and after exec', needsRoot, () => {
	const {before, after} = inChild(`
		const user = {uid: 1234, gid: 2345, additionalGids: [7, 8]};
		apply({process: {user, capabilities: capabilitySets({user})}});
		return {before: status(readFileSync('/proc/thread-self/status', 'utf8')), after: ${ownSets}};
	`) as {readonly before: Status; readonly after: Status};
	for (const sets of [before, after]) {
		assert.equal(sets.Uid, '1234\t1234\t1234\t1234');
		assert.equal(sets.Gid, '2345\t2345\t2345\t2345');
		assert.equal(sets.Groups?.trim(), '7 8');
		assert.equal(sets.CapBnd, hex(defaultCapabilities));
		for (const name of ['CapPrm', 'CapEff', 'CapInh', 'CapAmb']) assert.equal(sets[name], none, name);
	}
});

test('securitySteps() carries ambient capabilities through exec of an ordinary user', needsRoot, () => {
	const sets = inChild(`
		const bind = ['CAP_NET_BIND_SERVICE'];
		const capabilities = {bounding: bind, permitted: bind, effective: bind, inheritable: bind, ambient: bind};
		apply({process: {user: {uid: 1234, gid: 1234}, capabilities}});
		return ${ownSets};
	`) as Status;
	for (const name of ['CapBnd', 'CapPrm', 'CapEff', 'CapInh', 'CapAmb']) {
		assert.equal(sets[name], hex(['CAP_NET_BIND_SERVICE']), name);
	}
});

test('securitySteps() leaves other threads as they were', needsRoot, () => {
	const uids = inChild(`
		apply({process: {user: {uid: 1234, gid: 1234}, capabilities: {}}});
		// The first thread's status is the main thread's; libuv's and V8's come after it.
		const {readdirSync} = process.getBuiltinModule('node:fs');
		return readdirSync('/proc/self/task').map(tid => status(readFileSync('/proc/self/task/' + tid + '/status', 'utf8')).Uid);
	`) as readonly string[];
	assert.equal(uids[0], '1234\t1234\t1234\t1234');
	assert.ok(uids.length > 1);
	for (const uid of uids.slice(1)) assert.equal(uid, '0\t0\t0\t0');
});

test('securitySteps() loads the filter before the capabilities go, and also for a user', needsRoot, () => {
	const sets = inChild(`
		const user = {uid: 1234, gid: 1234};
		apply({process: {user, capabilities: capabilitySets({user})}, seccomp: defaultSeccomp(defaultBounding)});
		return ${ownSets};
	`) as Status;
	assert.equal(sets.Seccomp, '2');
	assert.equal(sets.NoNewPrivs, '0');
	assert.equal(sets.CapEff, none);
});

test('securitySteps() with no_new_privs loads the filter without any capability', needsRoot, () => {
	const sets = inChild(`
		const process = {user: {uid: 1234, gid: 1234}, capabilities: {}, noNewPrivileges: true};
		apply({process, seccomp: {defaultAction: 'SCMP_ACT_ALLOW', syscalls: [
			// A filter that forbids what the steps themselves call: it comes last.
			{names: ['capset', 'setresuid', 'prctl', 'setgroups'], action: 'SCMP_ACT_ERRNO'},
		]}});
		return {...${ownSets}, capset: ask('capset', 0, 0)};
	`) as Status;
	assert.equal(sets.Seccomp, '2');
	assert.equal(sets.NoNewPrivs, '1');
	assert.equal(sets.CapBnd, none);
	assert.equal(sets.capset, 'EPERM');
});

test('securitySteps() with no_new_privs keeps set-user-id programs from being root', needsRoot, () => {
	const who = inChild(`
		const {chmodSync, copyFileSync, mkdtempSync, rmSync} = process.getBuiltinModule('node:fs');
		const directory = mkdtempSync('/tmp/drydock-suid-');
		copyFileSync('/usr/bin/id', directory + '/id');
		chmodSync(directory, 0o755);
		chmodSync(directory + '/id', 0o4755);
		const ask = () => run(directory + '/id', '-u').stdout.trim();
		try {
			const user = {uid: 1234, gid: 1234};
			const asUser = noNewPrivileges => run(process.execPath, '--import', 'tsx', '--input-type=module', '-e', \`
				import {spawnSync} from 'node:child_process';
				import {runSteps} from '#kernel/plan';
				import {capabilitySets, securitySteps} from '#security';
				const user = {uid: 1234, gid: 1234};
				runSteps(securitySteps({process: {user, capabilities: capabilitySets({user}), noNewPrivileges: \${noNewPrivileges}}}));
				process.stdout.write(spawnSync('\${directory}/id', ['-u'], {encoding: 'utf8'}).stdout.trim());
			\`).stdout;
			return [asUser(false), asUser(true)];
		} finally {
			rmSync(directory, {recursive: true});
		}
	`);
	assert.deepEqual(who, ['0', '1234']);
});

test('securitySteps() sets limits, and says what a too high one takes', needsRoot, () => {
	const answer = inChild(`
		const process = {user: {uid: 0, gid: 0}, capabilities: capabilitySets({drop: ['ALL']}), oomScoreAdj: 500};
		apply({process: {...process, rlimits: [
			{type: 'RLIMIT_NOFILE', soft: 100, hard: 200},
			{type: 'RLIMIT_CORE', soft: 0, hard: 0},
		]}});
		const program = 'ulimit -Sn; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj';
		const limits = run('/bin/sh', '-c', program).stdout.trim().split('\\n');
		let refusal;
		try {
			apply({process: {...process, rlimits: [{type: 'RLIMIT_NOFILE', soft: 100, hard: 201}]}});
		} catch (error) {
			refusal = error.message;
		}
		return {limits, refusal};
	`) as {readonly limits: readonly string[]; readonly refusal: string};
	assert.deepEqual(answer.limits, ['100', '200', '0', '500']);
	assert.match(answer.refusal, /RLIMIT_NOFILE can't be raised to 201 without CAP_SYS_RESOURCE: ask for at most 200/);
});

test('securitySteps() says what a filter takes that an ordinary user can’t load', needsRoot, () => {
	const refusal = inChild(
		`
		const user = {uid: 65534, gid: 65534};
		const seccomp = {defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{names: ['reboot'], action: 'SCMP_ACT_ERRNO'}]};
		const filter = securitySteps({process: {user}, seccomp}).find(({title}) => title === 'filter system calls');
		try {
			filter.run();
		} catch (error) {
			return error.message;
		}
	`,
		{uid: 65534, gid: 65534},
	);
	assert.match(String(refusal), /CAP_SYS_ADMIN or no_new_privs: add --security-opt no-new-privileges/);
});

test('securitySteps() for a Node that stays leaves its event loop alive, and its children no ring', needsRoot, () => {
	const answer = inChild(`
		// The body is synchronous; the event loop is turned in a Node of its own.
		return run(process.execPath, '--import', 'tsx', '--input-type=module', '-e', \`
			import {spawn} from 'node:child_process';
			import {runSteps} from '#kernel/plan';
			import {capabilitySets, defaultSeccomp, securitySteps} from '#security';
			const capabilities = capabilitySets({});
			const seccomp = defaultSeccomp(capabilities.bounding);
			runSteps(securitySteps({process: {user: {uid: 0, gid: 0}, capabilities}, seccomp, stays: true}));
			const child = spawn('/bin/sh', ['-c', 'echo out; unshare --user true || exit 7'], {stdio: ['ignore', 'pipe', 'ignore']});
			let output = '';
			child.stdout.on('data', data => (output += data));
			child.on('close', code => console.log(output.trim(), code));
		\`).stdout;
	`);
	assert.equal(answer, 'out 7\n');
});

test('securitySteps() says plainly that a label can’t be had', () => {
	const steps = securitySteps({process: {user: {uid: 0, gid: 0}, apparmorProfile: 'drydock-no-such-profile'}});
	const step = steps.find(({title}) => title.includes('AppArmor'));
	assert.throws(() => step?.run(), /^Error: AppArmor's profile drydock-no-such-profile was (refused|asked for)/);
	const unconfined = securitySteps({process: {user: {uid: 0, gid: 0}, apparmorProfile: 'unconfined'}});
	assert.equal(
		unconfined.some(({title}) => title.includes('AppArmor')),
		false,
	);
});

test('securitySteps() puts what a change of user would undo behind it, and before the filter', () => {
	const afterUser = [{module: 'process', title: 'in between', why: 'a test', run: () => {}}];
	const seccomp = {defaultAction: 'SCMP_ACT_ERRNO'} as const;
	for (const noNewPrivileges of [false, true]) {
		const process = {user: {uid: 1, gid: 1}, noNewPrivileges};
		const titles = securitySteps({process, seccomp, afterUser}).map(({title}) => title);
		const places = ['be user 1, group 1', 'in between', 'filter system calls'].map(title => titles.indexOf(title));
		assert.deepEqual(
			places.toSorted((a, b) => a - b),
			places,
		);
		assert.ok(places[0]! >= 0);
	}
});

test('capabilitiesIn() reads what /proc writes', () => {
	assert.deepEqual(capabilitiesIn(0x21n), ['CAP_CHOWN', 'CAP_KILL']);
});
