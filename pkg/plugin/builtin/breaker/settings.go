package breaker

// settings are the plugin's own.
type settings struct {
	By             string  `json:"by,omitempty" enum:"model,provider" default:"model" doc:"What has a circuit: each model of each provider, or each provider."`
	Failures       int     `json:"failures,omitempty" minimum:"1" maximum:"10000" default:"5" doc:"How many attempts must have failed within the window before a circuit opens."`
	FailurePercent float64 `json:"failure_percent,omitempty" minimum:"0" maximum:"100" default:"50" doc:"And which part of those within the window, in percent. It is counted from the first that has failed."`
	Window         int     `json:"window,omitempty" unit:"ms" minimum:"1000" maximum:"3600000" default:"30000" doc:"How far back attempts count."`
	OpenFor        int     `json:"open_for,omitempty" unit:"ms" minimum:"100" maximum:"3600000" default:"10000" doc:"How long a circuit is open before a probe is made; twice as long each time that this fails."`
	OpenAtMost     int     `json:"open_at_most,omitempty" unit:"ms" minimum:"100" maximum:"86400000" default:"300000" doc:"How long it is open at most."`
	RateLimits     bool    `json:"rate_limits,omitempty" doc:"Whether an answer of 429 is a failure."`
	Slow           int     `json:"slow,omitempty" unit:"ms" minimum:"0" maximum:"3600000" doc:"A call that was answered, but took longer than this, is a failure. 0: none is."`
}
