package plugin

// Point is a place on a call's way at which plugins are called.
type Point uint8

// The points.
const (
	BeforeRoute Point = iota
	BeforeAttempt
	AfterAttempt
	OnEvents
	AfterCall
	BeforeTool
	AfterTool
	OnHTTP
	AfterHTTP
	OnChunk
	OnClusterEvent // of no call: see [Subscriber]
	points
)

var pointNames = [points]string{
	"before_route", "before_attempt", "after_attempt", "on_events", "after_call",
	"before_tool", "after_tool", "on_http", "after_http", "on_chunk", "on_cluster_event",
}

// String names the point, in metrics and in frames.
func (p Point) String() string {
	if p < points {
		return pointNames[p]
	}
	return "unknown"
}

// Points returns all points.
func Points() []Point {
	all := make([]Point, points)
	for i := range all {
		all[i] = Point(i) //nolint:gosec // fewer than 256
	}
	return all
}

// Verdict is what a plugin has said at a point.
type Verdict uint8

// The verdicts.
const (
	Passed     Verdict = iota // the call goes on
	Answered                  // it is answered without a provider
	Refused                   // it is refused, or its answer turned into an error
	TookBack                  // an error was taken back
	HasFailed                 // the plugin has failed: an error of its own, or its time was over
	HasCrashed                // it has panicked
	Skipped                   // it was left out: it has crashed too often
	verdicts
)

var verdictNames = [verdicts]string{"passed", "answered", "refused", "took_back", "failed", "crashed", "skipped"}

// String names the verdict, in metrics.
func (v Verdict) String() string {
	if v < verdicts {
		return verdictNames[v]
	}
	return "unknown"
}
