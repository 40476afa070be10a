/**
 * The modules of the course, in the order of the book, also those whose lesson is still to be written.
 * @module
 */
import type {Localized} from '#lesson';

/** One stop on the map. */
export interface CourseModule {
	readonly id: string;
	readonly title: Localized;
	/** What a learner asks before it. */
	readonly question: Localized;
}

/** From a process to a whole engine. */
export const courseModules: readonly CourseModule[] = [
	stop('01-process', 'Process', '进程', 'What is a container, before it is a container?', '成为容器之前，它是什么？'),
	stop('02-uts', 'Host name', '主机名', 'How can one machine have two names?', '一台机器怎么能有两个名字？'),
	stop(
		'03-ipc',
		'Shared memory',
		'进程间通信',
		'How do two processes meet that share no file?',
		'没有共同的文件，两个进程怎样相遇？',
	),
	stop('04-pid', 'Process numbers', '进程号', 'Who am I, and for whom?', '我是几号？在谁看来？'),
	stop('05-mnt', 'Mounts', '挂载', 'What is a file system tree, per process?', '每个进程各有一棵文件树，是什么意思？'),
	stop('06-rootfs', 'Another root', '根文件系统', 'How do I give it another root?', '怎样给它换一个根目录？'),
	stop('07-user', 'Users', '用户', 'Can root be nobody?', 'root 可以谁都不是吗？'),
	stop('08-cgroup', 'Limits', '资源限制', 'Who stops it from eating the machine?', '谁来阻止它吃光整台机器？'),
	stop('09-net', 'Network', '网络', 'What does an empty network look like?', '空的网络是什么样子？'),
	stop(
		'10-bridge',
		'Bridge',
		'网桥',
		'How do containers reach each other and the world?',
		'容器之间、容器与外界怎样相通？',
	),
	stop(
		'11-layers',
		'Layers',
		'镜像层',
		'How do a hundred containers share one file system?',
		'一百个容器怎样共用一个文件系统？',
	),
	stop('12-security', 'Privileges', '权限', 'What can root inside still do?', '容器里的 root 还能做什么？'),
	stop('13-runtime', 'Runtime', '运行时', 'Can I put it together?', '我能把它们拼起来吗？'),
	stop('14-image', 'Images', '镜像', 'What is in an image?', '镜像里装着什么？'),
	stop('15-registry', 'Registry', '镜像仓库', 'How does an image travel?', '镜像怎样旅行？'),
	stop('16-build', 'Build', '构建', 'How does a file become an image?', '一个文件怎样变成镜像？'),
	stop('17-engine', 'Engine', '引擎', 'Who remembers my containers?', '谁记得我的容器？'),
	stop('18-api', 'API', '接口', 'What does docker say to the daemon?', 'docker 对守护进程说了什么？'),
	stop('19-beyond', 'Beyond', '容器之外', 'When is a container not enough?', '什么时候容器还不够？'),
];

function stop(id: string, en: string, zh: string, questionEn: string, questionZh: string): CourseModule {
	return {id, title: {en, zh}, question: {en: questionEn, zh: questionZh}};
}
