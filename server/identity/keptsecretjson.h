// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/keptsecretservice.h"

namespace nephele {

class JsonWriter;
struct Request;

// Every key of credentials and EC2 keys in the OpenStack face (Identity API v3), both ways.

// {"credential": {"type", "blob", "user_id"?, "project_id"?}}; the blob of type "ec2" is JSON in a string
// with "access" and "secret".
Result<KeptSecret> newKeptSecretFromJson(const QByteArray &body);
Result<KeptSecretChange> keptSecretChangeFromJson(const QByteArray &body);
// {"tenant_id": ...}: a new EC2 key with both halves made up.
Result<KeptSecret> newEc2KeyFromJson(const QByteArray &body, const UserId &user);

void writeKeptSecret(JsonWriter &json, const KeptSecret &secret, const Request &request);
void writeEc2Key(JsonWriter &json, const KeptSecret &secret, const Request &request);

} // namespace nephele
