import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {loadOrder} from './modules.ts';
import {emptyDirectory} from './testing.ts';

const dependencies = `kernel/fs/squashfs/squashfs.ko:
kernel/fs/overlayfs/overlay.ko:
kernel/drivers/virtio/virtio_ring.ko:
kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko
kernel/drivers/virtio/virtio_pci.ko: kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko
kernel/drivers/block/virtio_blk.ko: kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko
`;

test('loadOrder() puts each module after those that it needs, and each once', t => {
	const directory = emptyDirectory(t);
	writeFileSync(join(directory, 'modules.dep'), dependencies);
	assert.deepEqual(loadOrder(directory), [
		'kernel/drivers/virtio/virtio_ring.ko',
		'kernel/drivers/virtio/virtio.ko',
		'kernel/drivers/virtio/virtio_pci.ko',
		'kernel/drivers/block/virtio_blk.ko',
		'kernel/fs/squashfs/squashfs.ko',
		'kernel/fs/overlayfs/overlay.ko',
	]);
});

test('loadOrder() says which module a kernel hasn’t', t => {
	const directory = emptyDirectory(t);
	writeFileSync(join(directory, 'modules.dep'), dependencies.replaceAll('overlay', 'underlay'));
	assert.throws(() => loadOrder(directory), /no module overlay: is this the cloud kernel/);
});
