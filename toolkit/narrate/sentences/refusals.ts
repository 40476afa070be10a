/**
 * What the kernel's refusals mean, in a few words and in the reader's language.
 * @module
 */
import {type ErrnoName, errnoMeaning} from '#kernel/errno';
import type {Language} from '#words/language';

/** What an errno means as the answer to a call. */
export function refusal(call: string, errno: ErrnoName, language: Language): string {
	const meaning = special[`${call} ${errno}`]?.[language];
	return meaning ?? (language === 'zh' ? (chinese[errno] ?? '见 errno(3)') : (english[errno] ?? errnoMeaning(errno)));
}

/** Answers that mean more to one call than to the others. */
const birth = {
	en: 'no child can be born: the PID namespace’s process 1 has ended, or memory is short',
	zh: '无法产生子进程：PID 命名空间的 1 号进程已经结束，或者内存不足',
};
const special: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
	'clone ENOMEM': birth,
	'fork ENOMEM': birth,
	'vfork ENOMEM': birth,
	'pivot_root EBUSY': {
		en: 'the new root, or the place for the old one, is on the present root’s mount',
		zh: '新的根或者放旧根的位置，还在当前根的挂载上',
	},
};

/** Shorter than what is said of an errno without its call. */
const english: Readonly<Record<ErrnoName, string>> = {EBUSY: 'in use', ENOMEM: 'out of memory'};

const chinese: Readonly<Record<ErrnoName, string>> = {
	EPERM: '不允许：缺少某项权能，或者有规则禁止',
	ENOENT: '没有这个文件或目录',
	ESRCH: '没有这个进程',
	EINTR: '被信号中断',
	EIO: '输入输出错误',
	ENXIO: '没有这个设备',
	E2BIG: '参数太长',
	ENOEXEC: '不是这个内核能运行的程序',
	EBADF: '不是打开的描述符',
	ECHILD: '没有可等待的子进程',
	EAGAIN: '暂时达到上限，或者稍后再试',
	ENOMEM: '内存不足',
	EACCES: '权限、挂载选项或安全策略不允许',
	EFAULT: '地址无效',
	EBUSY: '正在使用',
	EEXIST: '已经存在',
	EXDEV: '在另一个文件系统或挂载上',
	ENODEV: '没有这种设备或文件系统',
	ENOTDIR: '路径中有一部分不是目录',
	EISDIR: '是一个目录',
	EINVAL: '某个参数不合适，或者对象的状态不对',
	ENFILE: '系统打开的文件太多',
	EMFILE: '进程打开的文件太多',
	ENOTTY: '不是终端',
	ETXTBSY: '程序正在执行',
	ENOSPC: '没有空间，或者达到了内核的上限',
	EROFS: '文件系统只读',
	EPIPE: '另一端没有人读',
	ERANGE: '超出范围',
	ENAMETOOLONG: '名字太长',
	ENOSYS: '内核没有这个调用，或者被 seccomp 过滤器隐藏',
	ENOTEMPTY: '目录不是空的',
	ELOOP: '符号链接太多，或者出现在不允许的地方',
	EOVERFLOW: '数值放不下',
	EUSERS: '用户命名空间太多',
	ENOTSUP: '这里不支持',
	EADDRINUSE: '地址已被使用',
	EADDRNOTAVAIL: '没有网络接口有这个地址',
	ENETDOWN: '网络没有启用',
	ENETUNREACH: '没有到那里的路由',
	ENOBUFS: '没有缓冲区',
	EDQUOT: '超出磁盘配额',
};
