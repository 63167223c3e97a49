package sink

import "time"

// Batch says how lines are gathered. It is a section of sinks' settings.
type Batch struct {
	Lines    int `json:"lines,omitempty" minimum:"1" maximum:"10000" default:"200" doc:"Most lines of a batch."`
	Bytes    int `json:"bytes,omitempty" minimum:"1024" maximum:"67108864" default:"2097152" doc:"Most bytes of a batch; a line that is larger is sent alone."`
	Interval int `json:"interval,omitempty" unit:"ms" minimum:"10" maximum:"3600000" default:"2000" doc:"How long a batch is waited for that is not full."`
	Queue    int `json:"queue,omitempty" minimum:"1" maximum:"1000000" default:"20000" doc:"Most lines that wait, on each node. What comes when there is no room is dropped, and counted."`
	QueueMB  int `json:"queue_mb,omitempty" minimum:"1" maximum:"4096" default:"64" doc:"Most memory of the lines that wait, in megabytes."`
	SpoolMB  int `json:"spool_mb,omitempty" minimum:"0" maximum:"1048576" default:"256" doc:"Most megabytes in the data folder of each node for what waits while the target is away; the oldest go first. 0 keeps it in memory."`
	Tries    int `json:"tries,omitempty" minimum:"1" maximum:"100" default:"10" doc:"How often a batch that waits in memory is sent, at growing intervals, before it is dropped."`
	Timeout  int `json:"timeout,omitempty" unit:"ms" minimum:"100" maximum:"300000" default:"15000" doc:"How long sending one may take."`
}

func millis(n int) time.Duration { return time.Duration(n) * time.Millisecond }
