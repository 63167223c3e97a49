package alert

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/limits/threshold"
)

// slidesFor is how long what a limit's node has told holds where the count does not
// begin anew at a time.
const slidesFor = day

// OfThreshold is what a node tells of a limit, as a signal.
func OfThreshold(e *threshold.Event) Signal {
	s := Signal{Kind: BudgetSoft, Subject: e.LimitID, Until: e.Resets}
	if e.Refused {
		s.Kind = BudgetExhausted
	}
	if e.Max > 0 {
		s.Percent = 100 * float64(e.Used) / float64(e.Max)
	}
	whose := "The budget"
	if e.Scope != "" {
		whose = fmt.Sprintf("The budget of %s %s", e.Scope, cmp.Or(e.Owner, "without a name"))
	}
	until := ""
	if s.Until.IsZero() {
		s.Until = e.At.Add(slidesFor)
	} else {
		until = " It begins anew at " + stamp(e.Resets) + "."
	}
	if e.Refused {
		s.Summary = fmt.Sprintf("%s is used up, %s of %s: calls are refused.%s", whose, amount(e.Kind, e.Used), amount(e.Kind, e.Max), until)
	} else {
		s.Summary = fmt.Sprintf("%s has come to its warning threshold: %s of %s are used (%.0f %%).%s",
			whose, amount(e.Kind, e.Used), amount(e.Kind, e.Max), s.Percent, until)
	}
	return s
}

// amount is what is counted of a limit, for people.
func amount(kind string, n int64) string {
	if kind == "money" {
		return "$" + strconv.FormatFloat(float64(n)/1e9, 'f', -1, 64)
	}
	return strconv.FormatInt(n, 10) + " " + kind
}
