/**
 * The program in the machine: `node agent.cjs /dev/virtio-ports/drydock.agent`.
 *
 * It runs as long as the machine does. It is started anew if somebody kills it, and says so to the host.
 *
 * Everything it needs is loaded when it starts: a learner may delete all files of the machine, and still be watched.
 * @module
 */
import {protectFromOutOfMemory} from './guest/out-of-memory.ts';
import {openPort} from './guest/port.ts';
import {doRequest} from './guest/requests.ts';
import {listen} from './guest/session.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('usage: node agent.cjs PORT, such as /dev/virtio-ports/drydock.agent');
protectFromOutOfMemory();
listen(openPort(path), doRequest);
