/* Preloaded into the service: makes its disk full, or its syncs fail, while a test says so.
 *
 * FAULTY_DISK_ROOT is the folder concerned, FAULTY_DISK_SWITCHES a folder of switches. While the
 * file "full" is there, no file under the root can grow (what exists can be overwritten, as on a
 * real full disk). While "sync_fails" is there, fsync and fdatasync fail for every file whose path
 * ends with that file's content.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The path of an open file under the root, or "" for any other. */
static const char *path_of(int descriptor, char *path)
{
	const char *root = getenv("FAULTY_DISK_ROOT");
	char link[64];
	snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
	ssize_t length = readlink(link, path, PATH_MAX - 1);
	path[length < 0 ? 0 : length] = 0;
	return root && strncmp(path, root, strlen(root)) == 0 ? path : "";
}

static int open_switch(const char *name)
{
	char path[PATH_MAX];
	const char *folder = getenv("FAULTY_DISK_SWITCHES");
	snprintf(path, sizeof path, "%s/%s", folder ? folder : "/nonexistent", name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int refuses_growth(int descriptor, off_t end)
{
	char path[PATH_MAX];
	struct stat now;
	int found = open_switch("full");
	if (found < 0)
		return 0;
	close(found);
	if (!*path_of(descriptor, path) || fstat(descriptor, &now) || !S_ISREG(now.st_mode))
		return 0;
	return end > now.st_size;
}

static int refuses_sync(int descriptor)
{
	char path[PATH_MAX], suffix[256];
	int found = open_switch("sync_fails");
	if (found < 0)
		return 0;
	ssize_t length = read(found, suffix, sizeof suffix - 1);
	close(found);
	suffix[length < 0 ? 0 : length] = 0;
	size_t wanted = strlen(suffix), held = strlen(path_of(descriptor, path));
	return held >= wanted && held > 0 && strcmp(path + held - wanted, suffix) == 0;
}

#define REFUSE(condition, code) \
	if (condition) {        \
		errno = code;   \
		return -1;      \
	}

ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset)
{
	REFUSE(refuses_growth(descriptor, offset + size), ENOSPC)
	return REAL(pwrite)(descriptor, data, size, offset);
}

ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t offset)
{
	REFUSE(refuses_growth(descriptor, offset + size), ENOSPC)
	return REAL(pwrite64)(descriptor, data, size, offset);
}

ssize_t write(int descriptor, const void *data, size_t size)
{
	REFUSE(refuses_growth(descriptor, lseek(descriptor, 0, SEEK_CUR) + size), ENOSPC)
	return REAL(write)(descriptor, data, size);
}

int fsync(int descriptor)
{
	REFUSE(refuses_sync(descriptor), EIO)
	return REAL(fsync)(descriptor);
}

int fdatasync(int descriptor)
{
	REFUSE(refuses_sync(descriptor), EIO)
	return REAL(fdatasync)(descriptor);
}
