/**
 * What calls about users, capabilities, switches, limits and signals mean.
 * @module
 */

import type {FactName} from '../sentences/english.ts';
import {type SpokenCall, threeWords} from '../spoken.ts';
import type {Fact} from './fact.ts';

/** Switches of prctl(2) whose sentence needs no more than their value. */
const switches: Readonly<Record<string, FactName>> = {
	PR_CAPBSET_DROP: 'boundingDrop',
	PR_SET_KEEPCAPS: 'keepCapabilities',
	PR_SET_PDEATHSIG: 'parentDeath',
	PR_SET_DUMPABLE: 'dumpable',
	PR_SET_SECUREBITS: 'secureBits',
	PR_SET_CHILD_SUBREAPER: 'subreaper',
	PR_SET_NO_NEW_PRIVS: 'noNewPrivileges',
};
const ambient: Readonly<Record<string, FactName>> = {
	PR_CAP_AMBIENT_RAISE: 'ambientRaise',
	PR_CAP_AMBIENT_LOWER: 'ambientLower',
	PR_CAP_AMBIENT_CLEAR_ALL: 'ambientClear',
	// The engine tells the action by its number.
	2: 'ambientRaise',
	3: 'ambientLower',
	4: 'ambientClear',
};

/** What a call about rights means; undefined for another. */
export function rightsFact({call, args}: SpokenCall): Fact | undefined {
	const [first, second, third] = threeWords(args);
	switch (call) {
		case 'setuid':
			return ['user', first];
		case 'setreuid':
		case 'setresuid':
			return ['user', second];
		case 'setgid':
			return ['group', first];
		case 'setregid':
		case 'setresgid':
			return ['group', second];
		case 'setgroups':
			return ['groups', second.replace(/[[\]]/g, '')];
		case 'prctl':
			return switched(first, second, third);
		case 'seccomp':
			return ['seccomp', third.replace(/\D/g, '')];
		case 'prlimit64':
			return third === '' ? ['limitAsked'] : ['limit', second, third];
		case 'sethostname':
			return ['sethostname', first];
		case 'setdomainname':
			return ['setdomainname', first];
		case 'kill':
			return killed(Number(first), second);
		case 'pidfd_send_signal':
			return ['pidfdSignal', second];
		case 'bpf':
			return [first === 'BPF_PROG_LOAD' ? 'bpfLoad' : 'bpfAttach'];
		default:
			return undefined;
	}
}

function switched(option: string, value: string, third: string): Fact {
	if (option === 'PR_SET_SECCOMP') return ['seccomp', third.replace(/\D/g, '')];
	if (option === 'PR_CAP_AMBIENT') return [ambient[value] ?? 'switch', third];
	const name = switches[option];
	return name === undefined ? ['switch'] : [name, value];
}

function killed(pid: number, signal: string): Fact {
	if (pid === -1) return ['killAll', signal];
	if (pid < 0) return ['killGroup', String(-pid), signal];
	return pid === 1 ? ['killFirst', signal] : ['kill', String(pid), signal];
}
