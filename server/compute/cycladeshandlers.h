// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/whendone.h"
#include "server/compute/cycladesjson.h"
#include "server/compute/cycladesreader.h"
#include "server/compute/cycladesroutes.h"
#include "server/image/imageservice.h"

#include <functional>

namespace nephele {

// One request of Cyclades' compute API. A value; kept by what answers later.
struct CycladesCall
{
    Request request;
    Caller caller;

    QString parameter(const char *name) const { return request.parameter(QLatin1StringView(name)); }
    // In the format asked for.
    using Write = std::function<QByteArray(const CycladesWriter &)>;
    Response answer(int status, const Write &write) const;
    // Of calls that speak JSON only.
    CycladesJson json() const { return CycladesJson(request.baseUrl); }
    Response answerJson(int status, QByteArray body) const;
};

// The handlers of cycladesroutes.cpp's table.
class CycladesHandlers
{
public:
    CycladesHandlers(ComputeService &service, ImageService &images, QObject &context, const Clock &clock)
        : m_service(service), m_images(images), m_context(context), m_clock(clock)
    {
    }

    Reply listVersions(const CycladesCall &call);
    Reply showVersion(const CycladesCall &call);
    Reply listExtensions(const CycladesCall &call);
    Reply showExtension(const CycladesCall &call);

    Reply listServers(const CycladesCall &call);
    Reply listServerDetails(const CycladesCall &call);
    Reply createServer(const CycladesCall &call);
    Reply showServer(const CycladesCall &call);
    Reply renameServer(const CycladesCall &call);
    Reply deleteServer(const CycladesCall &call);
    Reply act(const CycladesCall &call);
    Reply listAddresses(const CycladesCall &call);
    Reply listAddressesOn(const CycladesCall &call);
    Reply listDiagnostics(const CycladesCall &call);
    Reply showMetadata(const CycladesCall &call);
    Reply mergeMetadata(const CycladesCall &call);
    Reply showMetadataItem(const CycladesCall &call);
    Reply setMetadataItem(const CycladesCall &call);
    Reply deleteMetadataItem(const CycladesCall &call);

    Reply listFlavors(const CycladesCall &call);
    Reply listFlavorDetails(const CycladesCall &call);
    Reply showFlavor(const CycladesCall &call);
    Reply listExtraSpecs(const CycladesCall &call);

    Reply listImages(const CycladesCall &call);
    Reply listImageDetails(const CycladesCall &call);
    Reply createImage(const CycladesCall &call);
    Reply showImage(const CycladesCall &call);
    Reply deleteImage(const CycladesCall &call);
    Reply showImageMetadata(const CycladesCall &call);
    Reply mergeImageMetadata(const CycladesCall &call);
    Reply showImageMetadataItem(const CycladesCall &call);
    Reply setImageMetadataItem(const CycladesCall &call);
    Reply deleteImageMetadataItem(const CycladesCall &call);

    Reply listKeypairs(const CycladesCall &call);
    Reply createKeypair(const CycladesCall &call);
    Reply showKeypair(const CycladesCall &call);
    Reply deleteKeypair(const CycladesCall &call);

private:
    Result<Server> find(const CycladesCall &call);
    // Deleted servers can be read and not be changed.
    Result<Server> findAlive(const CycladesCall &call);
    Result<Flavor> findFlavor(const CycladesCall &call);
    Result<Image> findImage(const CycladesCall &call);
    Reply servers(const CycladesCall &call, CycladesDetail detail);
    Reply flavors(const CycladesCall &call, CycladesDetail detail);
    Reply images(const CycladesCall &call, CycladesDetail detail);
    Reply change(const Server &server, QFuture<Result<>> done, int status);
    Reply openConsole(const CycladesCall &call, const Server &server, const QJsonObject &arguments);
    Reply openConsolePage(const CycladesCall &call, const Server &server, const QJsonObject &arguments);
    Reply changeMetadata(const CycladesCall &call, const ComputeService::MetadataChange &change, int status,
        std::function<QByteArray(const CycladesWriter &, const Server &)> write);
    Reply changeImage(const CycladesCall &call, const ImageEdit &edit, int status,
        std::function<QByteArray(const CycladesWriter &, const Image &)> write);

    // The reply of a future: `make` turns its value into a Response, in the worker's thread.
    template <class T, class Make>
    Reply later(QFuture<Result<T>> future, Make make)
    {
        return Reply(
            thenIn(future, &m_context, [make = std::move(make)](Result<T> result) -> Result<Response> {
                if (!result)
                    return result.error();
                if constexpr (std::is_void_v<T>)
                    return make();
                else
                    return make(*result);
            }));
    }

    ComputeService &m_service;
    ImageService &m_images;
    QObject &m_context;
    const Clock &m_clock;
};

// An error of changing a server as Cyclades tells it: while it is built Busy (buildInProgress), else a state
// that does not allow it is Invalid (badRequest).
Error cycladesStateError(const Error &error, const Server &server);

} // namespace nephele
