/* Runs a program and lets one of its system calls on files below a folder fail.
 *
 *     inject FOLDER N KIND PROGRAM ARGUMENTS...
 *
 * The Nth call that changes, opens, locks or syncs something below FOLDER, counted from 1, is
 *   enospc, eio, eacces   answered with that error and not made;
 *   short                 made for half of the bytes if it writes, and the next write of the same
 *                         file is answered with ENOSPC; other calls are left alone;
 *   kill                  not made: the program is killed where it stands;
 *   kill-short            made for half of the bytes if it writes, then the program is killed;
 *   sticky                answered with ENOSPC, as is every later one that would need space.
 * The exit status is the program's, 128 + its signal if one ended it, 124 if it made fewer than N
 * such calls and ended well, 125 if this program itself failed. With INJECT_TRACE set, what was done
 * is written to standard error.
 *
 * It works below the C library, by ptrace, since parts of the program make their calls directly.
 * For 64-bit Linux on x86. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *folder;
static pid_t child;

/* Copies the string at ADDRESS in the program; empty when it cannot be read. */
static void text_at(unsigned long address, char *to, size_t room)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/mem", child);
    int memory = open(name, O_RDONLY);
    ssize_t got = memory < 0 ? -1 : pread(memory, to, room - 1, (off_t)address);
    to[got > 0 ? got : 0] = 0;
    if (memory >= 0)
        close(memory);
}

static int below(const char *path)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == 0 || path[length] == '/');
}

static int path_is_ours(unsigned long address)
{
    char path[4096];
    text_at(address, path, sizeof path);
    return below(path);
}

static int handle_is_ours(unsigned long handle)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", child, (int)handle);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return below(path);
}

struct call {
    const char *name;
    int counts;      /* it concerns a file of ours */
    int writes;      /* it writes bytes to one */
    int needs_space; /* a full disk refuses it */
};

static struct call look(const struct user_regs_struct *r)
{
    struct call c = {0, 0, 0, 0};
    switch (r->orig_rax) {
    case SYS_open: c = (struct call){"open", path_is_ours(r->rdi), 0, !!(r->rsi & O_CREAT)}; break;
    case SYS_openat: c = (struct call){"openat", path_is_ours(r->rsi), 0, !!(r->rdx & O_CREAT)}; break;
    case SYS_write: c = (struct call){"write", handle_is_ours(r->rdi), 1, 1}; break;
    case SYS_pwrite64: c = (struct call){"pwrite64", handle_is_ours(r->rdi), 1, 1}; break;
    case SYS_writev: c = (struct call){"writev", handle_is_ours(r->rdi), 0, 1}; break;
    case SYS_read: c = (struct call){"read", handle_is_ours(r->rdi), 0, 0}; break;
    case SYS_fsync: c = (struct call){"fsync", handle_is_ours(r->rdi), 0, 1}; break;
    case SYS_fdatasync: c = (struct call){"fdatasync", handle_is_ours(r->rdi), 0, 1}; break;
    case SYS_ftruncate: c = (struct call){"ftruncate", handle_is_ours(r->rdi), 0, 0}; break;
    case SYS_flock: c = (struct call){"flock", handle_is_ours(r->rdi), 0, 0}; break;
    case SYS_fchmod: c = (struct call){"fchmod", handle_is_ours(r->rdi), 0, 0}; break;
    case SYS_getdents64: c = (struct call){"getdents64", handle_is_ours(r->rdi), 0, 0}; break;
    case SYS_statx: c = (struct call){"statx", path_is_ours(r->rsi) || handle_is_ours(r->rdi), 0, 0}; break;
    case SYS_newfstatat: c = (struct call){"newfstatat", path_is_ours(r->rsi) || handle_is_ours(r->rdi), 0, 0}; break;
    case SYS_mkdir: c = (struct call){"mkdir", path_is_ours(r->rdi), 0, 1}; break;
    case SYS_mkdirat: c = (struct call){"mkdirat", path_is_ours(r->rsi), 0, 1}; break;
    case SYS_rename: c = (struct call){"rename", path_is_ours(r->rdi), 0, 1}; break;
    case SYS_renameat: c = (struct call){"renameat", path_is_ours(r->rsi), 0, 1}; break;
    case SYS_renameat2: c = (struct call){"renameat2", path_is_ours(r->rsi), 0, 1}; break;
    case SYS_link: c = (struct call){"link", path_is_ours(r->rdi), 0, 1}; break;
    case SYS_linkat: c = (struct call){"linkat", path_is_ours(r->rsi), 0, 1}; break;
    case SYS_unlink: c = (struct call){"unlink", path_is_ours(r->rdi), 0, 0}; break;
    case SYS_unlinkat: c = (struct call){"unlinkat", path_is_ours(r->rsi), 0, 0}; break;
    case SYS_rmdir: c = (struct call){"rmdir", path_is_ours(r->rdi), 0, 0}; break;
    }
    return c;
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 125;
    folder = argv[1];
    long wanted = atol(argv[2]), count = 0;
    const char *kind = argv[3];
    int trace = getenv("INJECT_TRACE") != NULL;
    int error = !strcmp(kind, "eio") ? EIO : !strcmp(kind, "eacces") ? EACCES : ENOSPC;
    int sticky = !strcmp(kind, "sticky");
    int shortens = !strcmp(kind, "short") || !strcmp(kind, "kill-short");
    int kills = !strncmp(kind, "kill", 4);

    child = fork();
    if (child < 0)
        return 125;
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0)
            _exit(125);
        raise(SIGSTOP);
        execv(argv[4], argv + 4);
        _exit(125);
    }
    int status;
    if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status))
        return 125;
    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);

    int entering = 1, answer = 0, die_after = 0, refuse_handle = -1, deliver = 0;
    for (;;) {
        ptrace(PTRACE_SYSCALL, child, 0, deliver);
        deliver = 0;
        if (waitpid(child, &status, 0) < 0)
            return 125;
        if (WIFEXITED(status)) {
            int code = WEXITSTATUS(status);
            return count < wanted && code == 0 ? 124 : code;
        }
        if (WIFSIGNALED(status))
            return 128 + WTERMSIG(status);
        int stopped_by = WSTOPSIG(status);
        if (stopped_by != (SIGTRAP | 0x80)) {
            /* The trap after exec is ours; other signals are the program's. */
            deliver = stopped_by == SIGTRAP ? 0 : stopped_by;
            continue;
        }
        struct user_regs_struct r;
        ptrace(PTRACE_GETREGS, child, 0, &r);
        if (!entering) {
            entering = 1;
            if (answer) {
                r.rax = (unsigned long)-(long)answer;
                ptrace(PTRACE_SETREGS, child, 0, &r);
                answer = 0;
            }
            if (die_after) {
                kill(child, SIGKILL);
                die_after = 0;
            }
            continue;
        }
        entering = 0;
        struct call c = look(&r);
        if (!c.counts)
            continue;
        count++;
        int now = count == wanted;
        if (trace)
            fprintf(stderr, "inject: %ld %s%s\n", count, c.name, now ? " <-" : "");
        if (c.writes && refuse_handle == (int)r.rdi) {
            answer = ENOSPC;
            refuse_handle = -1;
        } else if (now && shortens) {
            if (c.writes && r.rdx > 1) {
                refuse_handle = (int)r.rdi;
                r.rdx /= 2;
                ptrace(PTRACE_SETREGS, child, 0, &r);
                die_after = kills;
            }
            continue;
        } else if (now && kills) {
            kill(child, SIGKILL);
            continue;
        } else if (now || (sticky && count > wanted && c.needs_space)) {
            answer = error;
        }
        if (answer) {
            r.orig_rax = (unsigned long)-1;
            ptrace(PTRACE_SETREGS, child, 0, &r);
        }
    }
}
