// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/computeservice.h"
#include "server/http/request.h"

#include <QJsonObject>

namespace nephele {

// Request bodies and queries of Cyclades' compute calls. Every Error is Invalid and names the field, but
// where a call says something else.

// Bodies are JSON objects and say so (Content-Type: application/json).
Result<QJsonObject> cycladesBody(const Request &request);

// POST /servers. NotFound for what cannot be an image, QuotaExceeded for too many or too large files,
// Unsupported for what servers here cannot have yet.
Result<NewServer> newServerFromCyclades(const Request &request);
Result<QString> serverNameFromCyclades(const Request &request); // PUT /servers/<id>

inline constexpr int cycladesMetadataItems = 10;
Result<QMap<QString, QString>> metadataFromCyclades(const Request &request);
// {"meta": {key: value}}, as the guide has it {"metadata": ...}; of that key and no other.
Result<QString> metadataItemFromCyclades(const Request &request, const QString &key);

// {"<name>": {...}}: an action's body. rescue brings its image beside it.
struct CycladesAction
{
    QString name;
    QJsonObject arguments;
};
Result<CycladesAction> actionFromCyclades(const Request &request);
Result<ComputeService::Reboot> rebootFromCyclades(const QJsonObject &arguments);
enum class CycladesConsole { Vnc, NoVnc };
Result<> checkCycladesConsole(const QJsonObject &arguments, CycladesConsole kind);

// nullopt: not asked for. Invalid when it is no instant, in the future, or older than an hour.
Result<std::optional<qint64>> changesSinceFromCyclades(const Request &request, qint64 nowMs);

struct CycladesNewKeypair
{
    QString name;
    QString publicKey; // empty: to be generated
};
Result<CycladesNewKeypair> newKeypairFromCyclades(const Request &request);

} // namespace nephele
