/**
 * 17 · Engine: containers by name.
 *
 *     name, options ─▶ record (container.json) ─▶ watcher ─▶ runtime ─▶ container
 *                          ▲                          │
 *                          └─ state, exit code, log ◀─┘
 *
 * The surprise: there is no daemon. A stopped container is a directory; a running one is a directory, a lock that its
 * watcher holds, and a socket to attach by. Whoever comes next finds all of it there, and cleans up what a killed one left.
 *
 * Read on: create.ts, watch.ts, ownership.ts, remove.ts (the sweep), log.ts, attach.ts.
 * @module
 */
export {type Attached, attach} from '#engine/attach';
export {type Created, createRecordFor} from '#engine/create';
export {startDetached} from '#engine/detached';
export {dataDirectory, isRoot, stateDirectory} from '#engine/directories';
export {type ExecChoice, execRequest} from '#engine/exec';
export {engineErrorExitCode, type StartFailure, spawnFailure, startFailure} from '#engine/exit-code';
export {inspectContainer} from '#engine/inspect';
export {type LogEntry, type LogOptions, readLog} from '#engine/log';
export {findContainer, listContainers, NameInUse, NoSuchContainer} from '#engine/names';
export {endpointOf} from '#engine/network';
export type {CreateOptions} from '#engine/options';
export {type ContainerRecord, type ContainerState, isRunning, readRecord} from '#engine/record';
export {removeData as removeContainerData, sweep} from '#engine/remove';
export {sampleStats, statsBetween} from '#engine/stats';
export {
	Conflict,
	killContainer,
	pauseContainer,
	removeContainer,
	requireRunning,
	stopContainer,
	unpauseContainer,
	waitForContainer,
} from '#engine/stop';
export type {Streams} from '#engine/streams';
export {topOf} from '#engine/top';
export {type Ending, type WatchOptions, watchContainer} from '#engine/watch';
