/**
 * A container's published ports in a line: `0.0.0.0:8080->80/tcp`.
 * @module
 */
import {type ContainerRecord, endpointOf, isRunning} from '#engine';

/** The ports that are reachable now; none for a container that doesn't run. */
export function portsText(record: ContainerRecord): string {
	if (!isRunning(record)) return '';
	const ports = endpointOf(record)?.ports ?? [];
	return ports
		.map(
			({hostAddress, hostPort, containerPort, protocol}) => `${hostAddress}:${hostPort}->${containerPort}/${protocol}`,
		)
		.join(', ');
}
