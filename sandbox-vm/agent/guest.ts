/**
 * The program in the machine: `node agent.cjs /dev/virtio-ports/drydock.agent*`, or `node agent.cjs -` with ssh for a wire.
 *
 * At ports it runs as long as the machine does, and each has a host of its own. It is started anew if somebody kills it, and
 * says so to the hosts.
 *
 * Everything it needs is loaded when it starts: a learner may delete all files of the machine, and still be watched.
 * @module
 */
import {protectFromOutOfMemory} from './guest/out-of-memory.ts';
import {openPort} from './guest/port.ts';
import {doRequest} from './guest/requests.ts';
import {listen} from './guest/session.ts';
import {openStandardPort} from './guest/standard-port.ts';

const paths = process.argv.slice(2);
if (paths.length === 0) throw new Error('usage: node agent.cjs PORT…, such as /dev/virtio-ports/drydock.agent0, or -');
// A learner meets it in every list of processes.
process.title = 'drydock agent';
protectFromOutOfMemory();
const wires = paths.map(path => listen(path === '-' ? openStandardPort() : openPort(path), doRequest));
void Promise.all(wires).then(() => process.exit());
