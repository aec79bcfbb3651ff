// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/pithos/pithosrequest.h"
#include "server/pithos/pithosservice.h"

namespace nephele {

// The handlers of Pithos' face but for POST of objects (pithosupdates.h); one per worker. Headers and queries
// in, one service call, reply out.
class PithosHandlers
{
public:
    using Opened = QFuture<Result<std::shared_ptr<BodySink>>>;

    PithosHandlers(ObjectService &objects, QObject &context) : m_service(objects), m_context(context) { }

    Reply showTop(const PithosRequest &request);

    Reply showAccount(const PithosRequest &request);
    Reply changeAccount(const PithosRequest &request);

    Reply showContainer(const PithosRequest &request);
    Reply putContainer(const PithosRequest &request);
    Reply changeContainer(const PithosRequest &request);
    Reply deleteContainer(const PithosRequest &request);
    Opened openContainerPost(const PithosRequest &request);

    Reply showObject(const PithosRequest &request);
    Reply putObject(const PithosRequest &request);
    Reply copyObject(const PithosRequest &request);
    Reply moveObject(const PithosRequest &request);
    Reply deleteObject(const PithosRequest &request);
    Opened openObjectPut(const PithosRequest &request);

private:
    Reply listVersions(const PithosRequest &request, const ObjectPlace &place);
    Reply showHashmap(const PithosRequest &request, const PithosObject &object);
    Result<QByteArray> etagOf(const PithosObject &object);
    Result<std::shared_ptr<BodySink>> openPut(const PithosRequest &request);
    Reply putFrom(const PithosRequest &request);
    Reply transferTo(const PithosRequest &request, ObjectService::Transfer transfer);
    Reply transfer(const PithosRequest &request, const ObjectCopy &copy, ObjectService::Transfer transfer);

    PithosService m_service;
    QObject &m_context;
};

} // namespace nephele
