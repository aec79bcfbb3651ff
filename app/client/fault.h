// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/restconnection.h"

namespace nephele {

// Reads the Error out of a reply with a status of 400 or more. Knows the shapes of Keystone
// ({"error":{code,title,message}}), of Nova and Cinder ({"itemNotFound":{code,message}}), of Neutron
// ({"NeutronError":{type,message}}), and takes a plain text as it is. The detail holds what "Show details"
// shows: request, status, request id.
Error faultFromReply(const RestRequest &request, const RestReply &reply);

// A reply that says it went well and holds something else than was agreed.
Error notUnderstood(const QString &what, const Error &why);

} // namespace nephele
