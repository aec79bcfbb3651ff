// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/replyformat.h"
#include "server/http/response.h"
#include "server/http/route.h"

namespace nephele {

// A refusal on its way out: what the wire will say, before it has a form.
struct Fault
{
    int status = 500;
    QByteArray name; // the fault's name in the face: "itemNotFound", "OverQuota" ...; empty where it has none
    QString message; // plain English, may reach the caller
    Headers headers; // Allow, Retry-After, WWW-Authenticate ...
};

// Where a reply goes: all that its form depends on.
struct FaultContext
{
    FaultForm form = FaultForm::Nephele;
    ReplyFormat format = ReplyFormat::Json; // Synnefo's faces only
    QByteArray requestId;
    QByteArray baseUrl;
};

// The one table from our codes to the faces' statuses and names. Never shows an Internal error's message.
Fault faultOf(const Error &error, FaultForm form, const QByteArray &requestId);

// For what the edge and the router refuse themselves: a status and the name that goes with it in the face.
Fault faultOf(int status, const QString &message, FaultForm form);

// The fault in the form of its face.
Response renderFault(const Fault &fault, const FaultContext &context);

// "Not Found"; "Status" for a number HTTP does not know.
QByteArray reasonPhrase(int status);

} // namespace nephele
