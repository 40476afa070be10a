/**
 * Tracing: one process is told of another's calls, while the other stands still.
 *
 *     seize ─▶ tracee runs ─▶ it stops (a call, a signal, exec, a child) ─▶ waitForTrace ─▶ look ─▶ resume ─┐
 *                  ▲                                                                                         │
 *                  └─────────────────────────────────────────────────────────────────────────────────────────┘
 *
 * The surprise: the tracer belongs to the thread that seized, not to its process: all of this is the main thread's.
 *
 * Sources: ptrace(2), include/uapi/linux/ptrace.h.
 * @module
 */
import {KernelName} from '#kernel/error';
import {type Argument, addressOf, call, syscall} from '#kernel/libc';

/** What a tracer wants to be told of, and what shall happen when it ends. */
export const PTRACE_O_TRACESYSGOOD = 1;
export const PTRACE_O_TRACEFORK = 2;
export const PTRACE_O_TRACEVFORK = 4;
export const PTRACE_O_TRACECLONE = 8;
export const PTRACE_O_TRACEEXEC = 0x10;
export const PTRACE_O_TRACESECCOMP = 0x80;
export const PTRACE_O_EXITKILL = 0x100000;

export const PTRACE_EVENT_FORK = 1;
export const PTRACE_EVENT_VFORK = 2;
export const PTRACE_EVENT_CLONE = 3;
export const PTRACE_EVENT_EXEC = 4;
export const PTRACE_EVENT_SECCOMP = 7;
export const PTRACE_EVENT_STOP = 128;

/** A call at its beginning or its end, as PTRACE_GET_SYSCALL_INFO tells it. */
export type SyscallInfo =
	| {
			readonly at: 'entry';
			/** AUDIT_ARCH_… of the ABI that the call came by. */
			readonly arch: number;
			readonly number: number;
			readonly args: readonly bigint[];
			readonly stackPointer: bigint;
	  }
	| {readonly at: 'exit'; readonly arch: number; readonly result: bigint; readonly failed: boolean}
	| {readonly at: 'none'};

/**
 * Becomes the tracer of a thread, which runs on.
 *
 * @throws {KernelError} `EPERM` for a process that isn't ours to trace or has a tracer; `ESRCH`.
 */
export function seize(tid: number, options: number): void {
	request('PTRACE_SEIZE', 0x4206, tid, 0, options);
}

/** Makes a tracee stop soon, wherever it is. @throws {KernelError} `ESRCH` if it has gone. */
export function interrupt(tid: number): void {
	request('PTRACE_INTERRUPT', 0x4207, tid, 0, 0);
}

/** Lets a tracee run, and hands it a signal. @param until whether it stops at its next call's beginning or end. */
export function resume(tid: number, until: 'event' | 'call', signal = 0): void {
	if (until === 'call') request('PTRACE_SYSCALL', 24, tid, 0, signal);
	else request('PTRACE_CONT', 7, tid, 0, signal);
}

/** Leaves a tracee stopped as its terminal's Ctrl-Z stopped it, until it is continued. */
export function listen(tid: number): void {
	request('PTRACE_LISTEN', 0x4208, tid, 0, 0);
}

/** Ends the tracing of a tracee that stands still, and hands it a signal. */
export function detach(tid: number, signal = 0): void {
	request('PTRACE_DETACH', 17, tid, 0, signal);
}

const INFO_BYTES = 88;
const info = Buffer.from(new ArrayBuffer(INFO_BYTES));
const infoWords = new BigUint64Array(info.buffer);
const infoSigned = new BigInt64Array(info.buffer);
const SECCOMP_INFO = 3;

/** The call that a tracee stands at. @throws {KernelError} `ESRCH`; `EIO` before Linux 5.3. */
export function syscallInfo(tid: number): SyscallInfo {
	request('PTRACE_GET_SYSCALL_INFO', 0x420e, tid, INFO_BYTES, info);
	const kind = info[0];
	const arch = info.readUInt32LE(4);
	if (kind === 1 || kind === SECCOMP_INFO) {
		const args = [...infoWords.subarray(4, 10)];
		return {at: 'entry', arch, number: Number(infoWords[3]), args, stackPointer: infoWords[2]!};
	}
	if (kind === 2) return {at: 'exit', arch, result: infoSigned[3]!, failed: info[32] !== 0};
	return {at: 'none'};
}

const message = Buffer.from(new ArrayBuffer(8));

/** What an event is about: the number of a child, or of the thread that called execve. */
export function eventMessage(tid: number): number {
	request('PTRACE_GETEVENTMSG', 0x4201, tid, 0, message);
	return Number(message.readBigUInt64LE());
}

const NT_PRSTATUS = 1;
const NT_ARM_SYSTEM_CALL = 0x404;
const MOST_REGISTER_BYTES = 512;

/** The general registers, in the order of the machine's user_regs_struct. */
export function getRegisters(tid: number): BigUint64Array {
	const bytes = new Uint8Array(MOST_REGISTER_BYTES);
	const vector = ioVector(bytes);
	request('PTRACE_GETREGSET', 0x4204, tid, NT_PRSTATUS, vector);
	// The kernel writes how many bytes there were into the vector.
	return new BigUint64Array(bytes.buffer, 0, Number(vector.readBigUInt64LE(8)) / 8);
}

/** Sets the general registers. */
export function setRegisters(tid: number, registers: BigUint64Array): void {
	const bytes = new Uint8Array(registers.buffer, registers.byteOffset, registers.byteLength);
	request('PTRACE_SETREGSET', 0x4205, tid, NT_PRSTATUS, ioVector(bytes));
}

/** On arm64, the number of the call that a tracee is about to make is none of its registers. */
export function setArmSystemCall(tid: number, number: number): void {
	const bytes = new Uint8Array(Int32Array.of(number).buffer);
	request('PTRACE_SETREGSET', 0x4205, tid, NT_ARM_SYSTEM_CALL, ioVector(bytes));
}

/** A tracee's news: it stopped, or it is no more. */
export type TraceStop =
	| {readonly stop: 'ended'; readonly tid: number; readonly exitCode: number}
	| {readonly stop: 'killed'; readonly tid: number; readonly signal: number}
	/** At the beginning or the end of a call. */
	| {readonly stop: 'call'; readonly tid: number}
	| {readonly stop: 'event'; readonly tid: number; readonly event: number; readonly signal: number}
	/** A signal is about to be delivered. */
	| {readonly stop: 'signal'; readonly tid: number; readonly signal: number};

const WALL = 0x4000_0000;
const SIGTRAP = 5;
const CALL_STOP = SIGTRAP | 0x80;
const status = Buffer.from(new ArrayBuffer(4));

/**
 * Waits for any tracee's news. A signal with a handler that `interruptsCalls` ends the wait.
 *
 * @throws {KernelError} `ECHILD` if there is no tracee, `EINTR`.
 */
export function waitForTrace(): TraceStop {
	return decodeStop(call('waitpid', [-1, status, WALL]), status.readInt32LE());
}

/** Makes a signal's handler end the call that it falls into, with EINTR, instead of starting that anew. */
export function interruptsCalls(signal: number): void {
	call('siginterrupt', [signal, 1]);
}

/** What a wait status of a tracee says. */
export function decodeStop(tid: number, status: number): TraceStop {
	if ((status & 0x7f) === 0) return {stop: 'ended', tid, exitCode: (status >> 8) & 0xff};
	if ((status & 0xff) !== 0x7f) return {stop: 'killed', tid, signal: status & 0x7f};
	const signal = (status >> 8) & 0xff;
	if (signal === CALL_STOP) return {stop: 'call', tid};
	const event = (status >> 16) & 0xff;
	return event === 0 ? {stop: 'signal', tid, signal} : {stop: 'event', tid, event, signal};
}

const SYS_ptrace = process.arch === 'arm64' ? 117 : 101;

function request(name: string, number: number, tid: number, address: number, data: Argument): void {
	syscall('ptrace', SYS_ptrace, [number, tid, address, data], {show: () => [new KernelName(name), tid]});
}

/** A struct iovec. The bytes live as long as the vector's user keeps them. */
function ioVector(bytes: Uint8Array): Buffer {
	const vector = Buffer.from(new ArrayBuffer(16));
	vector.writeBigUInt64LE(addressOf(bytes), 0);
	vector.writeBigUInt64LE(BigInt(bytes.length), 8);
	return vector;
}
