/**
 * Whether a container has users of its own, and which of the host's they are.
 * @module
 */
import {isRoot} from '#engine/directories';
import {type IdMaps, parseIdMapping, rootlessIdMaps, subIdMaps} from '#user';

/**
 * Reads `--userns`: `host` or nothing for none of its own, `auto` for those that /etc/subuid gives to root, or maps like
 * `0:100000:65536`, comma-separated.
 *
 * Who isn't root always gets a user namespace: in it, and nowhere else, may an ordinary user make containers.
 *
 * @throws one line for maps that can't be meant, or that this user may not have.
 */
export function idMapsFor(userns: string | undefined): IdMaps | undefined {
	if (!isRoot()) {
		if (userns === 'host')
			throw new Error('--userns host needs root: an ordinary user’s container has users of its own');
		return rootlessIdMaps();
	}
	if (userns === undefined || userns === '' || userns === 'host') return undefined;
	if (userns === 'auto') return subIdMaps('root');
	const mappings = userns.split(',').map(parseIdMapping);
	return {uidMappings: mappings, gidMappings: mappings};
}
