package command

import (
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// limitMemory keeps the process below what its container may use: the garbage
// collector works harder before the kernel would end the process, and the edge
// refuses large bodies that would not fit. GOMEMLIMIT in the environment wins.
func limitMemory(log *slog.Logger) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	if most, ok := containerMemory(os.DirFS("/")); ok {
		limit := most / 10 * 9
		debug.SetMemoryLimit(limit)
		log.Debug("memory limit", "container_bytes", most, "limit_bytes", limit)
	}
}

// containerMemory returns the least of the limits that hold for this process's
// control group and those above it; version 1 and 2 of control groups.
func containerMemory(root fs.FS) (most int64, ok bool) {
	groups, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0, false // not Linux
	}
	most = math.MaxInt64
	for line := range strings.Lines(string(groups)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3) // number:controllers:path
		if len(fields) != 3 {
			continue
		}
		mount, file := "sys/fs/cgroup", "memory.max"
		switch {
		case fields[1] == "memory":
			mount, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		case fields[1] != "":
			continue
		}
		for group := path.Join("/", fields[2]); ; group = path.Dir(group) {
			most = min(most, limitIn(root, path.Join(mount, group, file)))
			if group == "/" {
				break
			}
		}
	}
	return most, most < unlimited
}

// unlimited is below what version 1 writes for no limit.
const unlimited = 1 << 62

func limitIn(root fs.FS, file string) int64 {
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return math.MaxInt64
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n <= 0 { // "max"
		return math.MaxInt64
	}
	return n
}
