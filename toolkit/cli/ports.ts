/**
 * A container's published ports in a line: `0.0.0.0:8080->80/tcp`.
 * @module
 */
import {readEndpoint} from '#bridge';
import {type ContainerRecord, isRunning, stateDirectory} from '#engine';

/** The ports that are reachable now; none for a container that doesn't run. */
export function portsText(record: ContainerRecord): string {
	if (!isRunning(record) || record.container.bridge === undefined) return '';
	const ports = readEndpoint(stateDirectory(), record.id)?.ports ?? [];
	return ports
		.map(
			({hostAddress, hostPort, containerPort, protocol}) => `${hostAddress}:${hostPort}->${containerPort}/${protocol}`,
		)
		.join(', ');
}
