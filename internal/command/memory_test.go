package command

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestTheMemoryLimitIsTheLeastOfTheControlGroups(t *testing.T) {
	const mb = "1048576\n"
	for name, tc := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"version 2, in the container":  {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": mb}, 1 << 20},
		"version 2, of a parent":       {map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": mb, "sys/fs/cgroup/a/b/memory.max": "max\n"}, 1 << 20},
		"version 2, the lesser of two": {map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": "2097152\n", "sys/fs/cgroup/a/b/memory.max": mb}, 1 << 20},
		"version 1":                    {map[string]string{"proc/self/cgroup": "5:cpu:/x\n4:memory:/docker/1\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": mb}, 1 << 20},
		"version 1, without a limit":   {map[string]string{"proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 0},
		"no limit":                     {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, 0},
		"no control groups":            {nil, 0},
		"nonsense":                     {map[string]string{"proc/self/cgroup": "x\n0:y\n"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			root := fstest.MapFS{}
			for file, text := range tc.files {
				root[file] = &fstest.MapFile{Data: []byte(text)}
			}
			most, ok := containerMemory(root)
			require.Equal(t, tc.want != 0, ok)
			if ok {
				require.Equal(t, tc.want, most)
			}
		})
	}
}
