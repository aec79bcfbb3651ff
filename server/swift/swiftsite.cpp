// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/swift/swiftsite.h"

#include "model/base/clock.h"
#include "server/swift/swiftheaders.h"

#include <QUrl>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

bool isYes(const QString &text)
{
    static const QStringList yes { u"true"_s, u"1"_s, u"yes"_s, u"on"_s, u"t"_s, u"y"_s };
    return yes.contains(text.trimmed().toLower());
}

// Relative to the folder's own address; never taken for a scheme.
QString linkTo(const QString &name)
{
    return u"./"_s + QString::fromLatin1(QUrl::toPercentEncoding(name, "/"));
}

QString styleOf(const WebSite &site, const ObjectPlace &folder)
{
    if (site.listingsCss.isEmpty())
        return u"<style>h1 { font-size: 1em } th { text-align: left } td, th { padding: 0 1em 0 0 }</style>\n"_s;
    const bool isAbsolute = site.listingsCss.startsWith(u'/') || site.listingsCss.startsWith("http://"_L1)
        || site.listingsCss.startsWith("https://"_L1);
    const QString place =
        isAbsolute ? site.listingsCss : u"../"_s.repeated(folder.name.count(u'/')) + site.listingsCss;
    return u"<link rel=\"stylesheet\" type=\"text/css\" href=\"%1\" />\n"_s.arg(place.toHtmlEscaped());
}

QString rowOf(const ObjectLine &line, const QString &shown)
{
    const QString link = u"<a href=\"%1\">%2</a>"_s.arg(linkTo(shown).toHtmlEscaped(), shown.toHtmlEscaped());
    if (line.isFolder)
        return u"<tr class=\"item subdir\"><td>%1</td><td></td><td></td></tr>\n"_s.arg(link);
    return u"<tr class=\"item\"><td>%1</td><td>%2</td><td>%3</td></tr>\n"_s.arg(
        link, QString::number(line.bytes), QString::fromLatin1(isoSeconds(line.modifiedAtMs)));
}

} // namespace

std::optional<WebSite> siteOf(const ObjectContainer &container)
{
    const PropertyMap &user = container.properties.user;
    WebSite site;
    site.index = user.value(u"web-index"_s).trimmed();
    site.error = user.value(u"web-error"_s).trimmed();
    site.hasListings = isYes(user.value(u"web-listings"_s));
    site.listingsCss = user.value(u"web-listings-css"_s).trimmed();
    site.listingsLabel = user.value(u"web-listings-label"_s).trimmed();
    site.directoryType = user.value(u"web-directory-type"_s).trimmed();
    if (site.directoryType.isEmpty())
        site.directoryType = u"application/directory"_s;
    if (site.index.isEmpty() && site.error.isEmpty() && !site.hasListings)
        return std::nullopt;
    return site;
}

bool asksForSite(const Request &request, const Caller &caller)
{
    if (request.method != "GET" && request.method != "HEAD")
        return false;
    return caller.isAnonymous() || isYes(QString::fromLatin1(request.headers.value("X-Web-Mode")));
}

Response sitePage(
    const WebSite &site, const QByteArray &path, const ObjectPlace &folder, const QList<ObjectLine> &lines)
{
    const QString label = site.listingsLabel.isEmpty()
        ? QString::fromUtf8(QByteArray::fromPercentEncoding(path))
        : site.listingsLabel + u'/' + folder.name;
    const QString title = u"Listing of %1"_s.arg(label).toHtmlEscaped();
    QString page =
        u"<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>%1</title>\n"_s.arg(title)
        + styleOf(site, folder)
        + u"</head>\n<body>\n<h1 id=\"title\">%1</h1>\n<table id=\"listing\">\n"_s.arg(title)
        + u"<tr id=\"heading\"><th>Name</th><th>Size</th><th>Date</th></tr>\n"_s;
    if (!folder.name.isEmpty())
        page += u"<tr id=\"parent\"><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n"_s;
    for (const ObjectLine &line : lines) {
        // The folder's own mark is the page itself.
        if (const QString shown = line.name.mid(folder.name.size()); !shown.isEmpty())
            page += rowOf(line, shown);
    }
    page += u"</table>\n</body>\n</html>\n"_s;
    return { 200,
        { { "Content-Type", "text/html; charset=UTF-8" },
            { "Content-Security-Policy", "sandbox allow-downloads" },
            { "X-Content-Type-Options", "nosniff" } },
        page.toUtf8(), nullptr };
}

Response toFolder(const Request &request)
{
    Response response = swiftEmpty(301);
    const QByteArray query = request.target.mid(request.path.size());
    response.headers.append("Location", request.baseUrl + request.path + '/' + query);
    return response;
}

} // namespace nephele
