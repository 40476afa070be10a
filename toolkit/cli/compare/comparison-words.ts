/**
 * What comparisons say, in both languages.
 * @module
 */
import type {Aspect} from '#compare/compare';
import type {Language} from '#words/language';

/** The words of one language. */
export interface ComparisonWords {
	readonly summary: (container: string, version: string, same: number, differ: number) => string;
	readonly counts: (same: number, differ: number) => string;
	readonly aspects: Readonly<Record<Aspect, string>>;
	readonly unknown: string;
	readonly more: (count: number) => string;
	readonly nothing: string;
	readonly empty: string;
	/** What else than names and numbers a fact may be. */
	readonly values: Readonly<Record<string, string>>;
}

export const comparisonWords: Readonly<Record<Language, ComparisonWords>> = {
	en: {
		summary: (container, version, same, differ) =>
			`${container}, and the same container by ${version}: of what the kernel tells of both, ${same} facts are the same and ${differ} differ.`,
		counts: (same, differ) => `${same} the same${differ === 0 ? '' : `, ${differ} differ`}`,
		aspects: {
			namespace: 'Namespaces',
			mount: 'Mounts',
			device: 'Devices',
			cgroup: 'Cgroups',
			capability: 'Capabilities',
			protection: 'Protection',
			user: 'Users',
			rlimit: 'Resource limits',
			process: 'Process',
			environment: 'Environment',
			descriptor: 'Open files',
			network: 'Network',
			sysctl: 'Kernel parameters',
		},
		unknown: 'unknown: nobody has explained this one yet',
		more: count => `and ${count} more`,
		nothing: '(not there)',
		empty: '(empty)',
		values: {},
	},
	zh: {
		summary: (container, version, same, differ) =>
			`${container} 与 ${version} 创建的同样的容器：内核所见的事实中，${same} 项相同，${differ} 项不同。`,
		counts: (same, differ) => `${same} 项相同${differ === 0 ? '' : `，${differ} 项不同`}`,
		aspects: {
			namespace: '命名空间',
			mount: '挂载',
			device: '设备',
			cgroup: '控制组',
			capability: '权能',
			protection: '防护',
			user: '用户',
			rlimit: '资源限制',
			process: '进程',
			environment: '环境变量',
			descriptor: '打开的文件',
			network: '网络',
			sysctl: '内核参数',
		},
		unknown: '原因未知：还没有人解释过',
		more: count => `还有 ${count} 处`,
		nothing: '（没有）',
		empty: '（空）',
		values: {
			'a pipe': '管道',
			'a socket': '套接字',
			'a terminal': '终端',
			'by a gateway, eth0': '经由网关，eth0',
			own: '自己的',
			host: '宿主机的',
			none: '无',
			yes: '是',
			no: '否',
		},
	},
};
