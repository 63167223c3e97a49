package config

// node is one value of a parsed file, whatever its format.
type node struct {
	kind     kind
	text     string // of a string; of a number, its decimal literal
	truth    bool
	members  []member // of an object, in the order of the file, repeated keys included
	elements []*node  // of a list
	at       position
}

type member struct {
	key   string
	at    position
	value *node
}

type kind uint8

const (
	nullKind kind = iota
	boolKind
	numberKind
	stringKind
	listKind
	objectKind
)

var kindNames = [...]string{"null", "true or false", "a number", "a string", "a list", "an object"}

func (k kind) String() string { return kindNames[k] }

// Limits on what a file may hold, so that none can use up the stack or memory.
const (
	maxDepth     = 100
	maxNodes     = 500_000 // counted after YAML aliases are followed
	maxFileBytes = 16 << 20
)

// get returns the first member of an object by that key, nil if there is none.
func (n *node) get(key string) *node {
	for _, m := range n.members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// reportDuplicates reports every repeated key below n, also within parts that
// are not decoded.
func reportDuplicates(n *node, path string, report func(path string, at position, message string)) {
	for i, e := range n.elements {
		reportDuplicates(e, element(path, i), report)
	}
	seen := make(map[string]bool, len(n.members))
	for _, m := range n.members {
		p := child(path, m.key)
		if seen[m.key] {
			report(p, m.at, "is given twice")
		}
		seen[m.key] = true
		reportDuplicates(m.value, p, report)
	}
}
