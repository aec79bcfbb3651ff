// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/quota/quotaservice.h"

namespace nephele {

// Every key of resources and quotas in the Synnefo face (Astakos account v1.0, "Quota API guide"). Without
// limit is 2^63 - 1 there.
qint64 synnefoLimit(qint64 limit);

// {name: {unit, description, service, ...}}, of what is visible.
QByteArray resourcesJson(const QList<QuotaResource> &resources);
// {project: {resource: indicators}}; the lines of one project stand together.
QByteArray quotasJson(const QList<QuotaLine> &lines);
// {user: {project: {resource: indicators}}}
QByteArray serviceQuotasJson(const QList<QuotaService::UserQuotas> &quotas);
// {project: {resource: the project's indicators}}
QByteArray serviceProjectQuotasJson(const QList<QuotaLine> &lines);

} // namespace nephele
