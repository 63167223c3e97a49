package usage

// The fields of an entry in a batch. A number once given keeps its meaning for
// ever; a new field takes the next one, and older readers skip it.

type textField struct {
	number uint64
	of     func(*Entry) *string
}

type countField struct {
	number uint64
	of     func(*Entry) *int64
}

var textFields = [...]textField{
	{1, func(e *Entry) *string { return &e.CallID }},
	{2, func(e *Entry) *string { return &e.RequestID }},
	{3, func(e *Entry) *string { return &e.Worker }},
	{4, func(e *Entry) *string { return &e.Dialect }},
	{5, func(e *Entry) *string { return &e.Op }},
	{6, func(e *Entry) *string { return &e.Provider }},
	{7, func(e *Entry) *string { return &e.Model }},
	{8, func(e *Entry) *string { return &e.Key }},
	{9, func(e *Entry) *string { return &e.VirtualKey }},
	{10, func(e *Entry) *string { return &e.Team }},
	{11, func(e *Entry) *string { return &e.Customer }},
	{12, func(e *Entry) *string { return &e.Code }},
	{13, func(e *Entry) *string { return &e.User }},
	{14, func(e *Entry) *string { return &e.EndUser }},
	{15, func(e *Entry) *string { return &e.Session }},
	{16, func(e *Entry) *string { return &e.Parent }},
	{17, func(e *Entry) *string { return &e.RuleID }},
	{18, func(e *Entry) *string { return &e.RuleName }},
	{19, func(e *Entry) *string { return &e.Marks }},
	{39, func(e *Entry) *string { return &e.Class }},
	{40, func(e *Entry) *string { return &e.Message }},
}

var countFields = [...]countField{
	{20, func(e *Entry) *int64 { return &e.Usage.Input }},
	{21, func(e *Entry) *int64 { return &e.Usage.CacheRead }},
	{22, func(e *Entry) *int64 { return &e.Usage.CacheWrite }},
	{23, func(e *Entry) *int64 { return &e.Usage.Output }},
	{24, func(e *Entry) *int64 { return &e.Usage.Reasoning }},
	{25, func(e *Entry) *int64 { return &e.Usage.AudioIn }},
	{26, func(e *Entry) *int64 { return &e.Usage.AudioOut }},
	{27, func(e *Entry) *int64 { return &e.Usage.Images }},
	{28, func(e *Entry) *int64 { return &e.CostNano }},
	{29, func(e *Entry) *int64 { return &e.Usage.Units }},
	{37, func(e *Entry) *int64 { return &e.Usage.ImageIn }},
	{38, func(e *Entry) *int64 { return &e.Usage.ImageOut }},
}

const (
	fieldTime       = 30 // microseconds since 1970
	fieldStatus     = 31
	fieldAttempts   = 32
	fieldTook       = 33 // microseconds
	fieldFirstToken = 34 // microseconds
	fieldFlags      = 35
	fieldMetadata   = 36 // a name and its value; once for each pair
	fieldFallback   = 41
	fieldQueue      = 42 // microseconds
	fieldOwn        = 43 // microseconds
	fieldTry        = 44 // a list of fields; once for each
	fieldChoice     = 45 // JSON
)

// The fields of a try.
const (
	tryStatus  = 8
	tryStarted = 9  // microseconds
	tryTook    = 10 // microseconds
)

var tryTexts = [...]func(*Try) *string{
	1: func(t *Try) *string { return &t.Provider },
	2: func(t *Try) *string { return &t.Model },
	3: func(t *Try) *string { return &t.Key },
	4: func(t *Try) *string { return &t.Worker },
	5: func(t *Try) *string { return &t.Class },
	6: func(t *Try) *string { return &t.Code },
}

// The bits of fieldFlags.
const (
	flagStream = 1 << iota
	flagTruncated
	flagBilled
	flagKnown
	flagEstimated
	flagShadow
)

func flagsOf(e *Entry) (flags int64) {
	for _, f := range [...]struct {
		on  bool
		bit int64
	}{
		{e.Stream, flagStream},
		{e.Truncated, flagTruncated},
		{e.Billed, flagBilled},
		{e.Usage.Known, flagKnown},
		{e.Usage.Estimated, flagEstimated},
		{e.Shadow, flagShadow},
	} {
		if f.on {
			flags |= f.bit
		}
	}
	return flags
}

func (e *Entry) setFlags(flags int64) {
	e.Stream, e.Truncated, e.Billed = flags&flagStream != 0, flags&flagTruncated != 0, flags&flagBilled != 0
	e.Usage.Known, e.Usage.Estimated = flags&flagKnown != 0, flags&flagEstimated != 0
	e.Shadow = flags&flagShadow != 0
}
