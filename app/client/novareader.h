// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/compute/flavor.h"
#include "model/compute/keypair.h"
#include "model/compute/server.h"

#include <QHostAddress>

namespace nephele {

// What a list call answers, one page of it.
template <class T>
struct ListPage
{
    QList<T> items;
    QString marker; // the next page starts behind it; empty: this was the last
};

// What is left of a project's quota, as Nova's "limits" tell it; -1: unlimited.
struct ComputeLimits
{
    int servers = -1;
    int serversUsed = 0;
    int vcpus = -1;
    int vcpusUsed = 0;
    int memoryMiB = -1;
    int memoryMiBUsed = 0;
    bool operator==(const ComputeLimits &) const = default;
};

struct CreatedServerInfo
{
    ServerId id;
    QString adminPassword; // told once; empty when the cloud keeps none
};

// Nova's Compute API 2.1, as the window reads it. Flavor and image come as ids (a server's Flavor has its
// flavorId only, its imageName is empty): the window has both lists and joins them. Later microversions,
// which put the flavor's sizes into the server, are understood too.
Result<ListPage<Server>> serversFromReply(const QByteArray &body);
Result<Server> serverFromReply(const QByteArray &body);
Result<CreatedServerInfo> createdServerFromReply(const QByteArray &body);
Result<QList<Flavor>> flavorsFromReply(const QByteArray &body);
Result<QList<Keypair>> keypairsFromReply(const QByteArray &body);
Result<ComputeLimits> limitsFromReply(const QByteArray &body);

// The state behind Nova's word for it; what we do not know is Unknown.
ServerState serverStateFromNova(const QString &status, const QString &vmState);
ServerTask serverTaskFromNova(const QString &taskState, const QString &status);

} // namespace nephele
