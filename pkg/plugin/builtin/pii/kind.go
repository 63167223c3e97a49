package pii

// Kind is a kind of what is found.
type Kind uint8

// The kinds. Own is one of a caller's patterns.
const (
	Email Kind = iota
	Phone
	IBAN
	Card
	SSN
	IP
	APIKey
	Own
)

var kindNames = [...]string{"email", "phone", "iban", "card", "ssn", "ip", "api_key"}

// placeholders are the kinds' words in placeholders.
var placeholders = [...]string{"EMAIL", "PHONE", "IBAN", "CARD", "SSN", "IP", "KEY"}

// String returns the kind's name in configurations.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "pattern"
}

// KindByName returns the kind of a name in configurations.
func KindByName(name string) (Kind, bool) {
	for i, n := range kindNames {
		if n == name {
			return Kind(i), true
		}
	}
	return 0, false
}

// Names are the names of all kinds that are built in.
func Names() []string { return kindNames[:] }
