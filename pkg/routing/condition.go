package routing

// Condition is an expression that stands alone, outside of a table. Safe for concurrent use.
type Condition struct{ when *expression }

// NewCondition compiles an expression; the empty one always holds.
func NewCondition(text string) (*Condition, error) {
	if text == "" {
		return &Condition{}, nil
	}
	when, err := compile(text)
	return &Condition{when}, err
}

// Holds evaluates the condition. What it asks for that the request does not have makes it
// not hold.
func (c *Condition) Holds(f *Facts) (bool, error) {
	if c.when == nil {
		return true, nil
	}
	return c.when.holds(f)
}
