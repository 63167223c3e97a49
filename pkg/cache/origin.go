package cache

// Origin is where an answer comes from, and whose it is: what purges go by.
type Origin struct {
	CallID    string `json:"call_id"`    // that it was the answer to
	RequestID string `json:"request_id"` // of that call's caller
	Scope     string `json:"scope"`      // whose it is
	Namespace string `json:"namespace"`  // that the caller gave it
	Model     string `json:"model"`      // provider/model
}

// Selection says which entries are meant: those that have all that is given.
type Selection struct {
	CallID    string `json:"call_id,omitempty"` // or the caller's own id of the request
	Scope     string `json:"scope,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Model     string `json:"model,omitempty"`
}

// Has says whether what comes from there is meant.
func (s *Selection) Has(o *Origin) bool {
	return (s.CallID == "" || s.CallID == o.CallID || s.CallID == o.RequestID) &&
		(s.Scope == "" || s.Scope == o.Scope) &&
		(s.Namespace == "" || s.Namespace == o.Namespace) &&
		(s.Model == "" || s.Model == o.Model)
}
