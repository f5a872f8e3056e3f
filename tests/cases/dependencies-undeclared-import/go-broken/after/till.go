package till

import (
	"github.com/google/uuid"
	"github.com/sirupsen/logrus"

	"example.com/till/names"
)

// New gives a till its name.
func New() string {
	logrus.Info(names.First)
	return uuid.NewString()
}
