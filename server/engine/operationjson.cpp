// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/engine/operationjson.h"

#include "model/base/clock.h"
#include "model/operation/operationstore.h"

namespace nephele {

void write(JsonWriter &json, const Operation &operation, const QString &step)
{
    json.beginObject()
        .member("id", operation.id.text())
        .member("kind", operation.kind)
        .member("state", operationStateText(operation.state))
        .member("targetKind", operation.targetKind)
        .member("target", operation.target)
        .member("targetName", operation.targetName)
        .member("project", operation.owner.project.text())
        .member("user", operation.owner.user.text())
        .member("progress", operation.progress)
        .member("step", step)
        .member("cancelWanted", operation.cancelWanted)
        .member("error", operation.error)
        .member("createdAt", isoOffset(operation.createdAtMs))
        .member("updatedAt", isoOffset(operation.updatedAtMs))
        .endObject();
}

} // namespace nephele
