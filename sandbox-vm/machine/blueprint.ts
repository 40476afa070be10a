/**
 * What a machine is built of, and the QEMU command line that says so.
 *
 *     slot 1  PIIX3: the board itself
 *          3  virtio-blk   the image, read-only           /dev/vda
 *          4  virtio-blk   the scratch disk               /dev/vdb
 *          5  virtio-serial, with the agent's ports       /dev/virtio-ports/…
 *          6  virtio-net, if a network was asked for
 *          8… disks that are plugged in while it runs     /dev/vdc …
 *
 * The surprise: the line is the machine's identity. A machine that was saved can be continued by another QEMU process
 * only if that one has the same devices in the same slots; so the key of a saved machine is a hash of its line.
 *
 * Source: qemu(1).
 * @module
 */
import {createHash} from 'node:crypto';
import type {Accelerator} from './accelerator.ts';
import type {Qemu} from './find-qemu.ts';
import {seatCount} from './seat.ts';

/** What is booted. Paths are absolute. */
export interface MachineImage {
	readonly kernel: string;
	readonly initrd: string;
	/** The first disk: a squashfs. */
	readonly rootfs: string;
	/** Names these very bytes. */
	readonly key: string;
}

/** What a person may choose. */
export interface Hardware {
	readonly cpus: number;
	readonly memoryBytes: number;
	/** A way to the outside, by QEMU's user-mode network. */
	readonly network: boolean;
}

/** One CPU: a second one makes a machine slower, unless the hardware helps. */
export const usualHardware: Hardware = {
	cpus: 1,
	memoryBytes: 512 * 1024 * 1024,
	network: false,
};

/** All that a machine's identity depends on. */
export interface Blueprint {
	readonly qemu: Qemu;
	readonly accelerator: Accelerator;
	readonly image: MachineImage;
	readonly hardware: Hardware;
}

/** A read-only disk that is plugged in while the machine runs. */
export interface PluggedDisk {
	/** From 0: decides the slot, and with it the name inside: /dev/vdc is the first. */
	readonly slot: number;
	/** A raw file, such as a squashfs. */
	readonly path: string;
}

/** What differs between two QEMU processes of one blueprint. */
export interface Wiring {
	/** Where its sockets are. */
	readonly directory: string;
	readonly ram: {readonly path: string; readonly shared: boolean};
	/** The scratch disk, a qcow2 file. */
	readonly disk: string;
	readonly plugged: readonly PluggedDisk[];
	/** `boot` starts the kernel; `wait` waits for a saved state. */
	readonly start: 'boot' | 'wait';
}

/** The size of the scratch disk. It is sparse: the host gives what is written. */
export const scratchBytes = 4 * 1024 * 1024 * 1024;

/** The most disks that can be plugged in. */
export const plugSlots = 16;

/** QEMU's arguments for one process. */
export function qemuArguments(blueprint: Blueprint, wiring: Wiring): readonly string[] {
	return [...identity(blueprint, wiring), ...confinement, ...control(wiring), ...start(blueprint, wiring)];
}

/** Names all states that can be continued on this blueprint. */
export function blueprintKey(blueprint: Blueprint): string {
	const nowhere: Wiring = {
		directory: '',
		ram: {path: '', shared: false},
		disk: '',
		plugged: [],
		start: 'wait',
	};
	const parts = [
		String(layoutVersion),
		blueprint.qemu.version,
		blueprint.image.key,
		kernelWords,
		String(scratchBytes),
		...identity({...blueprint, image: {...blueprint.image, rootfs: ''}}, nowhere),
	];
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Where a seat speaks to the agent. */
export function portSocket(directory: string, seat: number): string {
	return `${directory}/agent${seat}`;
}

/** Where a seat speaks to QEMU itself. */
export function qmpSocket(directory: string, seat: number): string {
	return `${directory}/qmp${seat}`;
}

const seats = Array.from({length: seatCount}, (_, seat) => seat);

/** The option that makes that socket. It is in the command line of this machine's process, and of no other. */
export function qmpOption(directory: string, seat = 0): string {
	return `unix:${quote(qmpSocket(directory, seat))},server=on,wait=off`;
}

/** Where a disk that is plugged in goes: the device's name and its slot on the bus. */
export function plugAddress({slot}: PluggedDisk): {readonly id: string; readonly addr: string} {
	return {id: `plug${slot}`, addr: (8 + slot).toString(16)};
}

/** A comma ends a value on QEMU's line, and two are one. */
function quote(path: string): string {
	return path.replaceAll(',', ',,');
}

/** To be counted up when what is saved, or how, changes. */
const layoutVersion = 2;

/** `panic=-1`: a panic is the machine's end, not a wait. The rest spares an emulated CPU what only a real one needs. */
const kernelWords = 'console=ttyS0 quiet panic=-1 no_timer_check mitigations=off random.trust_cpu=on';

/**
 * All that an emulated CPU can, but for what makes each access to memory longer and serves nobody here: a fifth level of page
 * tables, and guards that a kernel puts up against its own faults.
 */
const emulatedCpu = `max,${['la57', 'smap', 'smep', 'pku', 'mpx', 'umip'].map(name => `${name}=off`).join(',')}`;

function identity({accelerator, image, hardware}: Blueprint, {directory, ram, disk, plugged}: Wiring): string[] {
	const {cpus, memoryBytes, network} = hardware;
	return [
		...['-nodefaults', '-no-user-config', '-display', 'none'],
		...['-machine', 'pc,memory-backend=ram,vmport=off,suppress-vmdesc=on'],
		// What is translated for an emulated CPU is kept; a quarter of QEMU's own choice has room for all that a guest runs.
		...['-accel', accelerator === 'tcg' ? 'tcg,tb-size=128' : accelerator],
		...['-cpu', accelerator === 'tcg' ? emulatedCpu : 'host'],
		...['-smp', String(cpus), '-m', `${memoryBytes / 1024}K`],
		...[
			'-object',
			`memory-backend-file,id=ram,size=${memoryBytes},mem-path=${quote(ram.path)},share=${ram.shared ? 'on' : 'off'}`,
		],
		...['-blockdev', `driver=raw,node-name=image,read-only=on,file.driver=file,file.filename=${quote(image.rootfs)}`],
		...['-device', 'virtio-blk-pci,id=image,drive=image,addr=3'],
		// On a full host the guest is told of an error: QEMU's own choice would be to stop it without a word.
		// A disposable disk need not survive the host's power failure: a flush would only wait.
		...[
			'-blockdev',
			`driver=qcow2,node-name=scratch,discard=unmap,cache.no-flush=on,file.driver=file,file.filename=${quote(disk)}`,
		],
		...['-device', 'virtio-blk-pci,id=scratch,drive=scratch,addr=4,werror=report'],
		...['-device', 'virtio-serial-pci,id=serial,addr=5'],
		...seats.flatMap(seat => [
			...['-chardev', `socket,id=port${seat},path=${quote(portSocket(directory, seat))},server=on,wait=off`],
			...['-device', `virtserialport,bus=serial.0,nr=${seat + 1},chardev=port${seat},name=drydock.agent${seat}`],
		]),
		// The console goes into a ring in memory: a guest that prints without end fills nothing of the host's.
		...['-chardev', 'ringbuf,id=console,size=65536', '-serial', 'chardev:console'],
		...(network ? ['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net,addr=6'] : ['-nic', 'none']),
		...plugged.flatMap(plug => {
			const {id, addr} = plugAddress(plug);
			return [
				...['-blockdev', `driver=raw,node-name=${id},read-only=on,file.driver=file,file.filename=${quote(plug.path)}`],
				...['-device', `virtio-blk-pci,id=${id},drive=${id},addr=${addr}`],
			];
		}),
	];
}

/** The guest is hostile, and an emulator has bugs: what QEMU never needs, the kernel refuses it. */
const confinement = [
	'-sandbox',
	'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
	// A reboot or a panic ends the machine; it stays, stopped, until somebody has read its console.
	'-action',
	'reboot=shutdown,shutdown=pause',
];

function control({directory}: Wiring): readonly string[] {
	// What is saved holds the devices alone, and no section on migration's own settings.
	return [
		...seats.flatMap(seat => ['-qmp', qmpOption(directory, seat)]),
		'-global',
		'migration.send-configuration=off',
	];
}

function start({image}: Blueprint, {start}: Wiring): readonly string[] {
	switch (start) {
		case 'boot':
			return ['-kernel', image.kernel, '-initrd', image.initrd, '-append', kernelWords];
		case 'wait':
			// The kernel is in the memory that is restored: reading it again would cost 10 ms.
			return ['-S', '-incoming', 'defer'];
	}
}
