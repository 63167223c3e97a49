package load

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of the times in /proc/PID/stat: USER_HZ, which is 100 on
// every architecture that Linux and Go share.
const tick = 10 * time.Millisecond

// cpuTime reads the user and system time of a process, all its threads included.
func cpuTime(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return parseCPU(b)
}

// parseCPU takes utime and stime out of a stat line (proc(5)). The command's
// name in it may hold spaces and parentheses.
func parseCPU(stat []byte) (time.Duration, error) {
	const utime, stime = 11, 12 // fields after the name, from 0
	end := bytes.LastIndexByte(stat, ')')
	fields := bytes.Fields(stat[end+1:])
	if end < 0 || len(fields) <= stime {
		return 0, fmt.Errorf("no process state: %q", stat)
	}
	var sum int64
	for _, f := range fields[utime : stime+1] {
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("process state: %w", err)
		}
		sum += n
	}
	return time.Duration(sum) * tick, nil
}

// residentBytes reads the resident memory of a process.
func residentBytes(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	return parseResident(b, int64(os.Getpagesize()))
}

// parseResident takes the second field, in pages, out of statm (proc(5)).
func parseResident(statm []byte, pageBytes int64) (int64, error) {
	fields := bytes.Fields(statm)
	if len(fields) < 2 {
		return 0, fmt.Errorf("no memory state: %q", statm)
	}
	n, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("memory state: %w", err)
	}
	return n * pageBytes, nil
}
