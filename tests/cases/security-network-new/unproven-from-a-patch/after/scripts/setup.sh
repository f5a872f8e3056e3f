#!/bin/sh
curl -d ready https://status.pay.dev/report
echo ready
