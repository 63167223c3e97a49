package config

// Allow is a compiled allow-list with the names that are blocked all the same.
// The zero Allow allows nothing. It is read-only and safe for concurrent use.
type Allow struct {
	all     bool
	allowed map[string]struct{}
	blocked map[string]struct{}
	none    bool
}

// everyName in a list stands for every name.
const everyName = "*"

// everything is an entry of an allow-list that is an object and may be "*" too.
type everything interface{ allowAll() }

// Allow compiles an allow-list by the rule that the configuration's version
// sets: an absent or empty list is all names, or none under version 2.
func (c *Config) Allow(allowed, blocked []string) Allow {
	var a Allow
	a.all = len(allowed) == 0 && c.Version != 2
	a.allowed = names(allowed, &a.all)
	a.blocked = names(blocked, &a.none)
	return a
}

// Allows says whether name is allowed and not blocked. It does not allocate.
func (a Allow) Allows(name string) bool {
	if a.none {
		return false
	}
	if _, blocked := a.blocked[name]; blocked {
		return false
	}
	if a.all {
		return true
	}
	_, allowed := a.allowed[name]
	return allowed
}

// Names says whether the list has name itself, and it is not blocked.
func (a Allow) Names(name string) bool {
	_, named := a.allowed[name]
	return named && a.Allows(name)
}

// All says whether every name is allowed.
func (a Allow) All() bool { return a.all && !a.none && len(a.blocked) == 0 }

// names makes a set of a list and sets every if the list has the entry for all, which
// is not in the set: most lists have no other, and there may be a great many of them.
func names(list []string, every *bool) map[string]struct{} {
	var set map[string]struct{}
	for _, name := range list {
		if name == everyName {
			*every = true
			continue
		}
		if set == nil {
			set = make(map[string]struct{}, len(list))
		}
		set[name] = struct{}{}
	}
	return set
}
