/**
 * The program in the machine: `node agent.cjs /dev/virtio-ports/drydock.agent`, or `node agent.cjs -` with ssh for a wire.
 *
 * At a port it runs as long as the machine does. It is started anew if somebody kills it, and says so to the host.
 *
 * Everything it needs is loaded when it starts: a learner may delete all files of the machine, and still be watched.
 * @module
 */
import {protectFromOutOfMemory} from './guest/out-of-memory.ts';
import {openPort} from './guest/port.ts';
import {doRequest} from './guest/requests.ts';
import {listen} from './guest/session.ts';
import {openStandardPort} from './guest/standard-port.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('usage: node agent.cjs PORT, such as /dev/virtio-ports/drydock.agent, or -');
// A learner meets it in every list of processes.
process.title = 'drydock agent';
protectFromOutOfMemory();
void listen(path === '-' ? openStandardPort() : openPort(path), doRequest).then(() => process.exit());
