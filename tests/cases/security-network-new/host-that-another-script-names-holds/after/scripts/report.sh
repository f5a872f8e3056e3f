#!/bin/sh
curl -d done https://status.pay.dev/report
