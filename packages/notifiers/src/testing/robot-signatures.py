"""Signatures of group robots as their makers' own Python samples compute them: `robot-signatures.py MAKER TIME SECRET`."""

import base64
import hashlib
import hmac
import sys
import urllib.parse


def dingtalk(timestamp, secret):
    string_to_sign = "{}\n{}".format(timestamp, secret)
    code = hmac.new(secret.encode("utf-8"), string_to_sign.encode("utf-8"), digestmod=hashlib.sha256).digest()
    return urllib.parse.quote_plus(base64.b64encode(code))


def feishu(timestamp, secret):
    string_to_sign = "{}\n{}".format(timestamp, secret)
    code = hmac.new(string_to_sign.encode("utf-8"), digestmod=hashlib.sha256).digest()
    return base64.b64encode(code).decode("utf-8")


print({"dingtalk": dingtalk, "feishu": feishu}[sys.argv[1]](sys.argv[2], sys.argv[3]))
